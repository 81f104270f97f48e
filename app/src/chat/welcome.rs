//! What a conversation shows before anything is said.

use leptos::{html, prelude::*};

/// Each begins a message; the person goes on writing or sends it as it is.
const PROMPTS: [&str; 4] = [
    "Explain a hard idea simply",
    "Help me write a difficult message",
    "Compare two options in a table",
    "Find the mistake in my code",
];

/// The question, and a few ways to begin.
#[component]
pub fn Welcome(
    /// Where a prompt is put.
    composer: NodeRef<html::Textarea>,
) -> impl IntoView {
    let begin = move |prompt: &'static str| {
        let Some(field) = composer.get_untracked() else {
            return;
        };
        field.set_value(&format!("{prompt}: "));
        let _ = field.focus();
    };
    view! {
        <div class="welcome">
            <h2>"What can I help with?"</h2>
            <div class="prompts needs-script">
                {PROMPTS.map(|prompt| view! { <button type="button" on:click=move |_| begin(prompt)>{prompt}</button> }).into_any()}
            </div>
        </div>
    }
}
