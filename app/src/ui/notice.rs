//! Sentences about what went wrong.

use leptos::prelude::*;

use crate::error::{AppError, ErrorKind};
use crate::language::t;

/// A refusal or failure, announced at once; with a way to sign in when that is what is missing.
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
    let sign_in = error.kind == ErrorKind::NotSignedIn;
    view! {
        <p class="notice error" role="alert" id=id>
            <span>{error.message}</span>
            {sign_in.then(|| view! { <SignInLink next/> })}
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

/// Leads to the sign-in page, and from there back to `next`.
#[component]
pub fn SignInLink(
    /// A path on this site.
    next: String,
) -> impl IntoView {
    let href = if next.is_empty() {
        "/login".to_owned()
    } else {
        format!("/login?next={next}")
    };
    view! { <a class="text-button" href=href>{t!(common.sign_in)}</a> }
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
