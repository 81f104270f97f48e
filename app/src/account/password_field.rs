//! A field for a password, with a button that shows what is typed (NIST SP 800-63B-4, 3.1.1.2).

use leptos::prelude::*;

use crate::language::t;
use crate::{pages::InlineScript, ui::FieldError};

/// What the buttons do: an island for it would load the whole bundle on pages that need nothing else.
const SHOW: &str = include_str!("show_password.js");

/// What the field is for.
#[derive(Debug, Clone)]
pub struct PasswordField {
    /// Its name in the form, also its id.
    pub name: &'static str,
    /// Above it.
    pub label: &'static str,
    /// What a password manager does with it.
    pub autocomplete: &'static str,
    /// Below it.
    pub hint: String,
    /// Why the last one was refused.
    pub error: Option<String>,
    /// Whether this is where the person goes on: what comes before it is already filled in.
    pub focus: bool,
}

/// The field. Pasting is allowed, and no rule of composition is asked for. Its page has
/// [`PasswordScript`].
#[component]
pub fn PasswordInput(
    /// What it is for.
    field: PasswordField,
) -> impl IntoView {
    let id = field.name;
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let refused = field.error.is_some();
    let focus = field.focus || refused;
    view! {
        <div class="field">
            <label for=id>{field.label}</label>
            <div class="with-button">
                <input class="input" id=id name=id type="password" required autocomplete=field.autocomplete autocapitalize="none"
                    autofocus=focus spellcheck="false" aria-describedby=format!("{error_id} {hint_id}")
                    aria-invalid=refused.then_some("true")/>
                <button type="button" class="show-password needs-script" aria-controls=id aria-pressed="false">
                    <span data-when="hidden">{t!(account.show_password)}</span>
                    <span data-when="shown" hidden>{t!(account.hide_password)}</span>
                    <span class="sr-only">" "{t!(account.that_password)}</span>
                </button>
            </div>
            <FieldError id=error_id sentence=field.error/>
            {(!field.hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{field.hint}</p> })}
        </div>
    }
}

/// Lets the buttons of all password fields of the page show what is typed; once in the page.
#[component]
pub fn PasswordScript() -> impl IntoView {
    view! { <InlineScript code=SHOW/> }
}
