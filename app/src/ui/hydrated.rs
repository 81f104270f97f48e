//! Tells the outside that the page is alive.

use leptos::prelude::*;

/// Sets `data-hydrated` on the body. Islands come to life in the order of the document, so this
/// stands at its end.
#[island]
pub fn Hydrated() -> impl IntoView {
    Effect::new(|| {
        if let Some(body) = document().body() {
            // Nothing can be done about a body that takes no attribute.
            let _ = body.set_attribute("data-hydrated", "");
        }
    });
}
