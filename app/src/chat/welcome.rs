//! What a conversation shows before anything is said.

use leptos::{html, prelude::*};

use crate::language::t;

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
    // Each begins a message; the person goes on writing or sends it as it is.
    let prompts = [
        t!(chat.explain),
        t!(chat.help_write),
        t!(chat.compare),
        t!(chat.find_mistake),
    ];
    view! {
        <div class="welcome">
            <h2>{t!(chat.welcome)}</h2>
            <div class="prompts needs-script">
                {prompts.map(|prompt| view! { <button type="button" on:click=move |_| begin(prompt)>{prompt}</button> }).into_any()}
            </div>
        </div>
    }
}
