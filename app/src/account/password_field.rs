//! A field for a password, with a button that shows what is typed (NIST SP 800-63B-4, 3.1.1.2).

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ui::FieldError;

/// What the field is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasswordField {
    /// Its name in the form, also its id.
    pub name: String,
    /// Above it.
    pub label: String,
    /// What a password manager does with it.
    pub autocomplete: String,
    /// Below it.
    pub hint: String,
    /// Why the last one was refused.
    pub error: Option<String>,
    /// Whether this is where the person goes on: what comes before it is already filled in.
    pub focus: bool,
}

/// The field. Pasting is allowed, and no rule of composition is asked for.
#[island]
pub fn PasswordInput(
    /// What it is for.
    field: PasswordField,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let id = field.name.clone();
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let refused = field.error.is_some();
    let focus = field.focus || refused;
    view! {
        <div class="field">
            <label for=id.clone()>{field.label}</label>
            <div class="with-button">
                <input class="input" id=id.clone() name=field.name required autocomplete=field.autocomplete autocapitalize="none"
                    autofocus=focus spellcheck="false" type=move || if shown.get() { "text" } else { "password" }
                    aria-describedby=format!("{error_id} {hint_id}") aria-invalid=refused.then_some("true")/>
                <button type="button" class="show-password needs-script" aria-controls=id aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)>
                    {move || if shown.get() { "Hide" } else { "Show" }}
                    <span class="sr-only">" password"</span>
                </button>
            </div>
            <FieldError id=error_id sentence=field.error/>
            {(!field.hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{field.hint}</p> })}
        </div>
    }
}
