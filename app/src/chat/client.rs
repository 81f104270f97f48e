//! Calls the site's server functions from the browser: a form sent by `fetch`, answered in JSON.
//!
//! Leptos's own client would do the same; it makes code anew for every function, and the bundle
//! would be a sixth larger.

use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{RequestInit, Response, UrlSearchParams};
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::JsFuture;

use super::{articles::AS_ARTICLES, exchange::fresh_id};
use crate::error::AppError;

/// Fields of a form by name.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

/// Does something: `verb` of chat, with its arguments.
pub async fn post(verb: &str, fields: Fields<'_>) -> Result<String, AppError> {
    call("POST", verb, fields).await
}

/// Asks for something.
pub async fn get(verb: &str, fields: Fields<'_>) -> Result<String, AppError> {
    call("GET", verb, fields).await
}

/// Reads what the server answered.
pub fn read<T: DeserializeOwned>(answer: &str) -> Result<T, AppError> {
    leptos::serde_json::from_str(answer).map_err(|_| AppError::unreadable())
}

/// Whether the site answers requests: what a probe asks.
pub async fn is_ready() -> bool {
    JsFuture::from(window().fetch_with_str("/health/ready"))
        .await
        .is_ok_and(|answer| answer.unchecked_into::<Response>().ok())
}

async fn call(method: &str, verb: &str, fields: Fields<'_>) -> Result<String, AppError> {
    let (answer, text) = fetch(method, verb, fields)
        .await
        .map_err(|_| AppError::offline())?;
    if answer.ok() {
        return Ok(text);
    }
    let header = |name| answer.headers().get(name).ok().flatten();
    let wait = header("retry-after").and_then(|seconds| seconds.parse().ok());
    let mut error = read(&text).unwrap_or_else(|_| of_status(answer.status()));
    error.retry_after = wait;
    Err(error)
}

/// What answers in the site's place, a proxy say, has no words for the person.
fn of_status(status: u16) -> AppError {
    match status {
        401 => AppError::not_signed_in(),
        429 => AppError::too_many(None),
        _ => AppError::unreadable(),
    }
}

async fn fetch(
    method: &str,
    verb: &str,
    fields: Fields<'_>,
) -> Result<(Response, String), JsValue> {
    let form = UrlSearchParams::new()?;
    for (name, value) in fields {
        form.append(name, value);
    }
    let request = RequestInit::new();
    request.set_method(method);
    let headers = js_sys::Object::new();
    js_sys::Reflect::set(&headers, &"accept".into(), &AS_ARTICLES.into())?;
    js_sys::Reflect::set(&headers, &"traceparent".into(), &traceparent().into())?;
    request.set_headers(&headers);
    let mut url = ["/api/fn/chat/", verb].concat();
    if method == "POST" {
        request.set_body(&form);
    } else {
        url.push('?');
        url.push_str(&String::from(form.to_string()));
    }
    let answer: Response = JsFuture::from(window().fetch_with_str_and_init(&url, &request))
        .await?
        .unchecked_into();
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer, text.as_string().unwrap_or_default()))
}

/// The trace of what the person did just now begins here (W3C Trace Context, version 00, sampled).
fn traceparent() -> String {
    let fresh = || fresh_id().replace('-', "");
    ["00-", &fresh(), "-", &fresh()[16..], "-01"].concat()
}
