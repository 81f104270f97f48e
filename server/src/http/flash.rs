//! Forms without JavaScript: a refused one comes back with its sentence and what was typed.
//!
//! Leptos answers a plain form by redirecting to the Referer, with the error in the query
//! (`server_fn`, `run_on_server`). Here that becomes: keep error and fields for ten minutes,
//! redirect with 303 (RFC 9110, section 15.4.4) to the page itself, and give them to the request
//! that renders that page, once. They wait for that very page: whoever has to sign in first, or
//! finds the database away, gets them afterwards.
//!
//! They are kept in memory, found by a random cookie. A visitor has no session to keep them in,
//! and a stranger's text in the database would be a gift to spammers; what a restart loses is
//! typed text that the browser's Back still has.

mod place;
mod store;

use app::{error::AppError, flash::Flash, server::LEAVES};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{
    body::Typed,
    refuse::{Asker, as_page},
};
use place::{local, page_of_form};
pub use store::Flashes;

/// The middleware.
pub async fn carry(State(flashes): State<Flashes>, request: Request, next: Next) -> Response {
    match (Asker::of(&request), request.method()) {
        (Asker::Form, &Method::POST) => posted(&flashes, request, next).await,
        (Asker::Page, &Method::GET) => shown(&flashes, request, next).await,
        _ => next.run(request).await,
    }
}

async fn posted(flashes: &Flashes, request: Request, next: Next) -> Response {
    let action = request.uri().path().to_owned();
    let fields = request
        .extensions()
        .get::<Typed>()
        .map(typed_fields)
        .unwrap_or_default();
    let page = page_of_form(request.headers(), fields.get("page").map(String::as_str));
    let known = flashes.token(request.headers());
    let (parts, body) = next.run(request).await.into_parts();
    let refused = parts.status.is_client_error() || parts.status.is_server_error();
    let leads = parts.headers.get(header::LOCATION);
    let leaves = leads.filter(|_| parts.headers.contains_key(LEAVES));
    let target = match (refused, leaves.and_then(|url| url.to_str().ok())) {
        (true, _) => page,
        (false, Some(away)) => away.to_owned(),
        (false, None) => local(leads).unwrap_or(page),
    };
    let mut response = see_other(&target, &parts.headers);
    if refused {
        let error = error_of(body).await;
        let kept = flashes.keep(
            known,
            &target,
            Flash {
                action,
                error: error.clone(),
                fields,
            },
        );
        match kept {
            Some(cookie) => response.headers_mut().append(header::SET_COOKIE, cookie),
            None => return as_page(&error),
        };
    }
    response
}

async fn shown(flashes: &Flashes, mut request: Request, next: Next) -> Response {
    let Some(token) = flashes.token(request.headers()) else {
        return next.run(request).await;
    };
    let page = request.uri().path().to_owned();
    let Some(flash) = flashes.find(&token, &page) else {
        return next.run(request).await;
    };
    request.extensions_mut().insert(flash);
    let mut response = next.run(request).await;
    // A redirect or a failure has not shown it.
    if response.status().is_success() || response.status().is_client_error() {
        flashes.forget(&token, &page);
        response.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        );
    }
    response
}

/// What was typed, except passwords. A body that is no form has no fields.
fn typed_fields(typed: &Typed) -> std::collections::BTreeMap<String, String> {
    form_urlencoded::parse(&typed.0)
        .filter(|(name, _)| !name.to_ascii_lowercase().contains("password"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Our own error from the response of a server function. Anything else is not for people.
async fn error_of(body: Body) -> AppError {
    const ENOUGH: usize = 64 * 1024;
    let bytes = to_bytes(body, ENOUGH).await.unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_else(|_| AppError::internal())
}

fn see_other(target: &str, inner: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let target = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, target);
    // A session may have begun or ended.
    for cookie in inner.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    response
}
