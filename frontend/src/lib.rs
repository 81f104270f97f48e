//! What runs in the browser: the islands of `app`.

// Nothing here calls the islands: the page's script does, by name. This links them.
use app as _;

/// Makes ready for the islands of the page, which its script then brings to life one by one.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
