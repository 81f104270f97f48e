//! A person's shortcuts in the browser, on this device: keys belong to a keyboard.

use leptos::prelude::*;
use leptos::web_sys::{Element, Storage};

use super::{Action, Bindings, chord};
use crate::chat::browser;

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn key() -> String {
    ["shortcuts/", &browser::user()].concat()
}

/// The shortcuts of a person on this device.
pub fn read() -> Bindings {
    let text = storage().and_then(|storage| storage.get_item(&key()).ok().flatten());
    Bindings::parse(&text.unwrap_or_default())
}

/// Keeps them. False when the browser does not let us.
pub fn write(bindings: &Bindings) -> bool {
    let text = bindings.to_text();
    storage().is_some_and(|storage| {
        let done = match text.is_empty() {
            true => storage.remove_item(&key()),
            false => storage.set_item(&key(), &text),
        };
        done.is_ok()
    })
}

/// Writes the keys into the page wherever they are named: `<kbd class="keys" data-keys="search">`.
/// Where there are none, a list says so in `data-none`.
pub fn label(bindings: &Bindings) {
    let (mac, places) = (
        chord::is_mac(),
        document().get_elements_by_class_name("keys"),
    );
    for place in (0..places.length()).filter_map(|at| places.item(at)) {
        let Some(action) = action_of(&place, "data-keys") else {
            continue;
        };
        let keys = chord::shown(bindings.keys(action), mac);
        let none = place.get_attribute("data-none");
        let text = match (&*keys, bindings.on, none) {
            ("", _, Some(none)) => none,
            (_, false, None) => String::new(),
            _ => keys,
        };
        place.set_text_content(Some(&text));
    }
}

/// The action that an attribute of `element` names.
pub fn action_of(element: &Element, attribute: &str) -> Option<Action> {
    Action::by_id(&element.get_attribute(attribute)?)
}
