//! The browser, where Leptos has no word for it. On the server none of this is called.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys::{Element, Event, HtmlElement};

use super::days::Now;

/// The time now in the reader's time zone.
pub fn now() -> Now {
    Now {
        seconds: (js_sys::Date::now() / 1000.0) as i64,
        // JavaScript counts minutes to the west.
        offset: -(js_sys::Date::new_0().get_timezone_offset() as i64) * 60,
    }
}

/// Leaves for another page of the site.
pub fn go_to(path: &str) {
    // A browser that refuses to navigate leaves the person where they are.
    let _ = window().location().set_href(path);
}

/// Puts another address in the address bar, of the page that is shown already.
pub fn show_address(path: &str) {
    if let Ok(history) = window().history() {
        let _ =
            history.replace_state_with_url(&leptos::wasm_bindgen::JsValue::NULL, "", Some(path));
    }
}

/// Moves the keyboard to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = document()
        .get_element_by_id(id)
        .and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}

/// Whether what the keyboard is on matches `selector`.
pub fn has_focus(selector: &str) -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.matches(selector).unwrap_or(false))
}

/// Shows a popover at its opener, as if the button had it as its `popovertarget` (HTML,
/// `showPopover({source})`; a browser that knows no source shows it in the middle).
pub fn show_popover_at(popover: &HtmlElement, opener: &HtmlElement) {
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"source".into(), opener);
    let show = js_sys::Reflect::get(popover, &"showPopover".into());
    if let Ok(show) = show.and_then(|show| show.dyn_into::<js_sys::Function>()) {
        let _ = show.call1(popover, &options);
    }
}

/// While the sidebar is open as a drawer, the rest of the page cannot be reached.
pub fn hold_focus_in_drawer() {
    let (Some(drawer), Some(main)) = (
        document().get_element_by_id("sidebar"),
        document().get_element_by_id("main"),
    ) else {
        return;
    };
    let (watched, behind) = (drawer.clone(), main.clone());
    on(&drawer, "toggle", move |_| {
        let open = Element::matches(&watched, ":popover-open").unwrap_or(false);
        let _ = behind.toggle_attribute_with_force("inert", open);
    });
    // Can be reached again before the browser gives the keyboard back to the button that is in it.
    on(&drawer, "beforetoggle", move |event| {
        let state = js_sys::Reflect::get(&event, &"newState".into());
        if state.is_ok_and(|state| state == "closed") {
            let _ = main.remove_attribute("inert");
        }
    });
}

/// Hears an event of an element for as long as there is the page.
fn on(element: &Element, name: &str, heard: impl FnMut(Event) + 'static) {
    let heard = Closure::<dyn FnMut(Event)>::new(heard);
    let _ = element.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Shows or hides the list of conversations: a drawer where there is little room, else a column,
/// which stays hidden on the pages that follow.
pub fn toggle_sidebar() {
    let (Some(sidebar), Some(root)) = (
        document().get_element_by_id("sidebar"),
        document().document_element(),
    ) else {
        return;
    };
    if media("(max-width: 51.999rem)") {
        let _ = sidebar.unchecked_into::<HtmlElement>().toggle_popover();
        return;
    }
    let hides = !root.has_attribute("data-sidebar");
    let focused = document().active_element();
    let lost = focused
        .is_some_and(|element| sidebar.contains(Some(&element)) || element.id() == "show-sidebar");
    let storage = window().local_storage().ok().flatten();
    let _ = match hides {
        true => root.set_attribute("data-sidebar", "hidden"),
        false => root.remove_attribute("data-sidebar"),
    };
    if let Some(storage) = storage {
        let _ = match hides {
            true => storage.set_item("sidebar", "hidden"),
            false => storage.remove_item("sidebar"),
        };
    }
    if lost {
        focus(if hides {
            "show-sidebar"
        } else {
            "hide-sidebar"
        });
    }
}

fn media(query: &str) -> bool {
    let query = window().match_media(query).ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// Fits a field's height to its text where the browser cannot do it by style (`field-sizing`).
pub fn grow(field: &leptos::web_sys::HtmlTextAreaElement) {
    let style = HtmlElement::style(field);
    let able = style.set_property("field-sizing", "content").is_ok()
        && style
            .get_property_value("field-sizing")
            .is_ok_and(|value| !value.is_empty());
    if !able {
        let _ = style.set_property("height", "auto");
        let _ = style.set_property("height", &format!("{}px", field.scroll_height()));
    }
}

/// Whether the person types on a screen.
pub fn types_by_touch() -> bool {
    media("(hover: none) and (pointer: coarse)")
}

/// Hears an event of the page for as long as there is the page.
pub fn listen(name: &str, heard: Box<dyn FnMut(Event)>) {
    let heard = Closure::wrap(heard);
    let _ = window().add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Whoever is signed in: what is kept in the browser is theirs.
pub fn user() -> String {
    let place = document().query_selector("[data-user]").ok().flatten();
    let user = place.and_then(|place| place.get_attribute("data-user"));
    user.unwrap_or_default()
}

/// Moves the keyboard to a field, unless that would open one on the screen that nobody asked for.
pub fn focus_field(field: &HtmlElement) {
    if !types_by_touch() {
        let _ = field.focus();
    }
}
