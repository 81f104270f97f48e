//! The mark, a "p" that is a speech bubble, and the wordmark that begins with it. Both are drawn: one
//! line of even weight on a grid where the small letters are 19 high, so they look the same whatever
//! fonts a device has. `app/assets/*.svg` are the same mark.

use leptos::prelude::*;

/// The line of the mark.
const MARK: &str = "M7.5 29V14.5a9.5 9.5 0 1 1 9.5 9.5h-2";
/// "arlance", beside it.
const REST: &str = "M53.5 5v19m0-9.5a9.5 9.5 0 1 1-19 0 9.5 9.5 0 0 1 19 0M63 24V5m0 9.5a9.5 9.5 0 0 1 8.5-9.45M80-3v27\
M107.5 5v19m0-9.5a9.5 9.5 0 1 1-19 0 9.5 9.5 0 0 1 19 0M117 24V5m0 8.75a8.75 8.75 0 0 1 17.5 0V24\
M159.5 7.8a9.5 9.5 0 1 0 0 13.4M167.5 14.5H186a9.5 9.5 0 1 0-2.8 6.7";

/// The mark alone, in the colour of its text.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 1 34 32" aria-hidden="true"><path d=MARK/></svg>
    }
}

/// The name as it is drawn. To who listens it is its text.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <span class="wordmark">
            <svg class="mark" viewBox="5 -5.5 184 37" aria-hidden="true">
                <path d=MARK/>
                <path class="rest" d=REST/>
            </svg>
            <span class="sr-only">"Parlance"</span>
        </span>
    }
}
