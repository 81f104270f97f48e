//! The browser, where Leptos has no word for it. On the server none of this is called.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys::{Element, Event, HtmlAnchorElement, HtmlElement};
use std::time::Duration;

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

/// Lets every "Copy" button of a code block copy its code, and every message's link its address: one
/// listener for all, present and to come.
pub fn copy_on_click() {
    let on_click = Closure::<dyn Fn(Event)>::new(|ev: Event| {
        let Some(target) = ev.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
            return;
        };
        if let Some(link) = closest(&target, "[data-permalink]") {
            return copy_link(&ev, link);
        }
        let Some(button) = closest(&target, "[data-copy]") else {
            return;
        };
        let Some(code) =
            closest(&button, "figure").and_then(|f| f.query_selector("pre").ok().flatten())
        else {
            return;
        };
        copy(code.text_content().unwrap_or_default(), move |copied| {
            button.set_text_content(Some(if copied { "Copied" } else { "Not allowed" }));
            set_timeout(
                move || button.set_text_content(Some("Copy")),
                Duration::from_secs(2),
            );
        });
    });
    let _ = document().add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
    on_click.forget();
}

fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

/// The link's address goes to the clipboard; where there is none, the link leads there.
fn copy_link(ev: &Event, link: Element) {
    let address = link.unchecked_ref::<HtmlAnchorElement>().href();
    ev.prevent_default();
    copy(address.clone(), move |copied| {
        if !copied {
            return go_to(&address);
        }
        let _ = link.set_attribute("data-copied", "");
        set_timeout(
            move || {
                let _ = link.remove_attribute("data-copied");
            },
            Duration::from_secs(2),
        );
    });
}

fn copy(text: String, then: impl FnOnce(bool) + 'static) {
    leptos::task::spawn_local(async move {
        // Without a secure context the browser has no clipboard.
        let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
        let copied = match clipboard {
            Ok(clipboard) if !clipboard.is_undefined() => {
                let written = clipboard
                    .unchecked_into::<leptos::web_sys::Clipboard>()
                    .write_text(&text);
                wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
            }
            _ => false,
        };
        then(copied);
    });
}

/// While the sidebar is open as a drawer, the rest of the page cannot be reached.
pub fn hold_focus_in_drawer() {
    let (Some(drawer), Some(main)) = (
        document().get_element_by_id("sidebar"),
        document().get_element_by_id("main"),
    ) else {
        return;
    };
    let watched = drawer.clone();
    let on_toggle = Closure::<dyn Fn()>::new(move || {
        let open = Element::matches(&watched, ":popover-open").unwrap_or(false);
        let _ = main.toggle_attribute_with_force("inert", open);
    });
    let _ = drawer.add_event_listener_with_callback("toggle", on_toggle.as_ref().unchecked_ref());
    on_toggle.forget();
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
    window()
        .match_media("(hover: none) and (pointer: coarse)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}
