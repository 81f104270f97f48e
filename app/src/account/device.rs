//! What marks a browser as known to a person: a cookie that says nothing, and outlives the session.

use auth::commands::{Arrival, note_device};
use axum::http::{HeaderValue, header, request::Parts};
use kernel::UserId;
use leptos::{config::Env, prelude::use_context};
use leptos_axum::ResponseOptions;

use crate::{error::AppError, language, state::AppState};

/// As long as browsers keep any cookie (RFC 6265bis, section 5.5: 400 days).
const SECONDS: u32 = 400 * 24 * 60 * 60;

/// Notes that a person has just signed in here.
pub async fn note(state: &AppState, user: UserId, arrival: Arrival) -> Result<(), AppError> {
    let (name, secure) = match state.leptos.env {
        Env::PROD => ("__Host-device", "; Secure"),
        Env::DEV => ("device", ""),
    };
    let kept = kept(name);
    let language = language::of_request().into();
    let fresh = note_device(&state.db, user, kept.as_deref(), arrival, language).await?;
    if let (Some(fresh), Some(response)) = (fresh, use_context::<ResponseOptions>()) {
        let cookie = format!(
            "{name}={}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax{secure}",
            fresh.expose()
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }
    Ok(())
}

fn kept(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let cookies = parts.headers.get_all(header::COOKIE);
    let mut cookies = cookies.iter().filter_map(|cookies| cookies.to_str().ok());
    cookies.find_map(|cookies| {
        let mut cookies = cookies.split("; ").filter_map(|one| one.split_once('='));
        cookies.find_map(|(known, value)| (known == name).then(|| value.to_owned()))
    })
}
