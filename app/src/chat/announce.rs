//! Reads an answer out to whoever listens to the page: block by block as each is finished, and
//! seldom enough to be heard. The log itself is silent (`aria-live="off"`): token by token it would
//! stammer.

use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

/// The element that is read out.
pub const ANNOUNCER: &str = "announcer";

/// Not more often than once in so many milliseconds: 3 s, and what a busy page is late by.
const PAUSE: f64 = 3_100.0;

/// What is to be read out next, and when.
#[derive(Debug, Clone, Copy)]
pub struct Announcer(StoredValue<State>);

#[derive(Debug, Default)]
struct State {
    waiting: String,
    /// A timer runs.
    due: bool,
    /// Milliseconds since 1970.
    last: f64,
}

impl Announcer {
    /// With nothing to say yet.
    pub fn new() -> Self {
        Self(StoredValue::new(State::default()))
    }

    /// Reads out what a finished block says, with all that is finished by the time it is its turn.
    pub fn block(self, block: &Element) {
        let text = text_of(block);
        if text.trim().is_empty() {
            return;
        }
        let now = js_sys::Date::now();
        let pause = self.0.try_update_value(|state| {
            state.waiting.push_str(&text);
            state.waiting.push('\n');
            let ready = state.last + PAUSE - now;
            (!std::mem::replace(&mut state.due, true)).then_some(ready.max(0.0))
        });
        if let Some(pause) = pause.flatten() {
            set_timeout(
                move || self.speak(),
                // A whole millisecond more than the rest of one.
                Duration::from_millis(pause.ceil() as u64),
            );
        }
    }

    fn speak(self) {
        let text = self.0.try_update_value(|state| {
            state.due = false;
            std::mem::take(&mut state.waiting)
        });
        let (Some(text), Some(place)) = (text, document().get_element_by_id(ANNOUNCER)) else {
            return;
        };
        place.set_text_content(Some(&text));
        self.0
            .update_value(|state| state.last = js_sys::Date::now());
        // Once read out it is gone: who goes through the page finds the answer in the log only.
        let idle = move || self.0.try_with_value(|state| !state.due).unwrap_or(false);
        set_timeout(
            move || {
                if idle() && place.text_content().as_deref() == Some(&text) {
                    place.set_text_content(None);
                }
            },
            Duration::from_millis(PAUSE as u64),
        );
    }
}

/// What a block says, without what can be pressed in it.
fn text_of(block: &Element) -> String {
    let Ok(copy) = block.clone_node_with_deep(true) else {
        return String::new();
    };
    let copy = copy.unchecked_into::<Element>();
    while let Ok(Some(control)) = copy.query_selector("button, summary") {
        control.remove();
    }
    copy.text_content().unwrap_or_default()
}
