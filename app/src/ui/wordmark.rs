//! The mark: a "p" that is a speech bubble.

use leptos::prelude::*;

/// The mark alone, in the colour of its text.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true">
            <path d="M7.5 28V14.5a9.5 9.5 0 1 1 9.5 9.5h-2"/>
        </svg>
    }
}

/// The mark and the name.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! { <span class="wordmark"><Mark/>"Parlance"</span> }
}
