//! Sentences about what went wrong.

use leptos::prelude::*;

use crate::error::{AppError, ErrorKind};
use crate::language::t;

/// A refusal or failure, announced at once; with the way to sign in, or to pay, when that is what is missing.
#[component]
pub fn ErrorNotice(
    /// What went wrong.
    error: AppError,
    /// Referred to by the field's `aria-describedby`.
    #[prop(into)]
    id: String,
    /// Where to go on after signing in.
    #[prop(into, optional)]
    next: String,
) -> impl IntoView {
    let way = match error.kind {
        ErrorKind::NotSignedIn => Some((sign_in(&next), t!(common.sign_in))),
        ErrorKind::Payment => Some(("/billing".to_owned(), t!(common.billing))),
        _ => None,
    };
    view! {
        <p class="notice error" role="alert" id=id>
            <span>{error.message}</span>
            {way.map(|(href, label)| view! { <a class="text-button" href=href>{label}</a> })}
        </p>
    }
}

/// Why a field was refused, below it. Nothing when it was not.
#[component]
pub fn FieldError(
    /// Referred to by the field's `aria-describedby`.
    #[prop(into)]
    id: String,
    /// The reason.
    sentence: Option<String>,
) -> impl IntoView {
    sentence.map(|sentence| view! { <p class="field-error" role="alert" id=id>{sentence}</p> })
}

/// The sign-in page, from where it goes on to `next`, a path on this site.
fn sign_in(next: &str) -> String {
    match next {
        "" => "/login".to_owned(),
        next => ["/login?next=", next].concat(),
    }
}

/// The sentence about `field`, to stand below it.
pub fn about(error: Option<&AppError>, field: &str) -> Option<String> {
    error
        .filter(|e| e.field.as_deref() == Some(field))
        .map(|e| e.message.clone())
}

/// The error that is about no field, to stand above the form.
pub fn apart(error: Option<&AppError>) -> Option<AppError> {
    error.filter(|e| e.field.is_none()).cloned()
}
