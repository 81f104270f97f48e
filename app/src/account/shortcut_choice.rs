//! The person's own shortcuts: each can have other keys or none, and all can be switched off (WCAG
//! 2.1.4, Character Key Shortcuts). Kept on the device; see ADR 0021. The server renders the list;
//! here it comes to life.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};

use crate::chat::{browser, draft};
use crate::language::t;
use crate::shortcuts::{Action, Bindings, chord, kept};

/// Brings the list in it to life.
#[island]
pub fn ShortcutChoice(
    /// The list.
    children: Children,
) -> impl IntoView {
    Effect::new(|| {
        draft::forget_at_sign_out();
        show(&kept::read());
        browser::listen("click", Box::new(|ev| clicked(&ev)));
        browser::listen("change", Box::new(|ev| switched(&ev)));
        browser::listen("keydown", Box::new(|ev| pressed(ev.unchecked_ref())));
        browser::listen("focusout", Box::new(|ev| left(&ev)));
    });
    children()
}

fn target(ev: &Event) -> Option<Element> {
    ev.target()?.dyn_into().ok()
}

fn clicked(ev: &Event) {
    let Some(target) = target(ev) else { return };
    if target.id() == "shortcuts-reset" {
        keep(&Bindings::default());
        say(t!(shortcuts.was_reset));
    } else if let Some(action) = kept::action_of(&target, "data-change") {
        let _ = target.set_attribute("data-changing", "");
        target.set_text_content(Some(t!(shortcuts.press)));
        say(&t!(shortcuts.press_for, action = action.name()));
    }
}

fn switched(ev: &Event) {
    if let Some(field) = target(ev).filter(|field| field.id() == "shortcuts-on") {
        let mut bindings = kept::read();
        bindings.on = field.unchecked_into::<HtmlInputElement>().checked();
        keep(&bindings);
    }
}

/// Tab goes on to the next button: nobody is held here (WCAG 2.1.2).
fn pressed(ev: &KeyboardEvent) {
    let Some(button) = target(ev).filter(|button| button.has_attribute("data-changing")) else {
        return;
    };
    let (Some(action), Some(keys)) = (kept::action_of(&button, "data-change"), chord::of(ev))
    else {
        return;
    };
    if ev.key() == "Tab" {
        return;
    }
    ev.prevent_default();
    match keys.as_str() {
        "Escape" if action != Action::Stop => {
            end(&button);
            say(t!(shortcuts.unchanged));
        }
        "Backspace" | "Delete" => bind(&button, action, ""),
        keys => match chord::refusal(keys) {
            Some(reason) => say(reason),
            None => bind(&button, action, keys),
        },
    }
}

/// Who goes elsewhere changes nothing.
fn left(ev: &Event) {
    if let Some(button) = target(ev).filter(|button| button.has_attribute("data-changing")) {
        end(&button);
    }
}

fn bind(button: &Element, action: Action, keys: &str) {
    let mut bindings = kept::read();
    let shown = chord::shown(keys, chord::is_mac());
    if let Err(other) = bindings.bind(action, keys) {
        return say(&t!(shortcuts.taken, keys = shown, action = other.name()));
    }
    end(button);
    let shown = match &*shown {
        "" => t!(shortcuts.none).to_owned(),
        _ => shown,
    };
    say(&t!(shortcuts.are_now, action = action.name(), keys = shown));
    keep(&bindings);
}

fn end(button: &Element) {
    let _ = button.remove_attribute("data-changing");
    button.set_text_content(Some(t!(shortcuts.change)));
}

fn say(words: &str) {
    if let Some(said) = document().get_element_by_id("shortcuts-said") {
        said.set_text_content(Some(words));
    }
}

fn keep(bindings: &Bindings) {
    if !kept::write(bindings) {
        say(t!(shortcuts.not_kept));
    }
    show(bindings);
}

fn show(bindings: &Bindings) {
    kept::label(bindings);
    if let Some(on) = document().get_element_by_id("shortcuts-on") {
        on.unchecked_into::<HtmlInputElement>()
            .set_checked(bindings.on);
    }
}
