//! What the specimens stand in.

use leptos::prelude::*;

/// The states that a pointer or the keyboard brings about, by the class that stands for them.
pub(super) const STATES: [(&str, &str); 4] = [
    ("rest", ""),
    ("hover", "is-hover"),
    ("pressed", "is-hover is-active"),
    ("focus", "is-focus"),
];

/// A chapter of the guide.
#[component]
pub(super) fn Chapter(id: &'static str, children: Children) -> impl IntoView {
    let heading = super::CHAPTERS
        .into_iter()
        .find_map(|(known, heading)| (known == id).then_some(heading));
    view! { <section class="guide-chapter" id=id><h2>{heading}</h2>{children()}</section> }
}

/// The same twice: in the light theme, and beside it in the dark one.
#[component]
pub(super) fn Both(name: &'static str, children: ChildrenFn) -> impl IntoView {
    let sides = ["light", "dark"]
        .map(|theme| view! { <div class="guide-side" data-theme=theme>{children()}</div> })
        .into_any();
    view! { <h3>{name}</h3><div class="guide-both">{sides}</div> }
}

/// A specimen and what state it is in.
#[component]
pub(super) fn State(name: &'static str, children: Children) -> impl IntoView {
    view! { <div class="guide-state">{children()}<small>{name}</small></div> }
}

/// A row of specimens.
#[component]
pub(super) fn Row(children: Children) -> impl IntoView {
    view! { <div class="guide-row">{children()}</div> }
}
