//! Small helps for pages and server functions, on the server only.

use std::{net::IpAddr, str::FromStr};

use axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::error::AppError;
use crate::{
    session::{Account, AuthSession},
    state::AppState,
};

/// The parts of the running site, which the router provides.
pub fn app_state() -> Result<AppState, AppError> {
    use_context().ok_or_else(|| {
        tracing::error!("the router provides no AppState");
        AppError::internal()
    })
}

/// Where the request comes from, as far as that is known: for limits, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Visitor(pub Option<IpAddr>);

/// See [`Visitor`].
pub fn visitor() -> Option<IpAddr> {
    use_context::<Parts>()?.extensions.get::<Visitor>()?.0
}

/// Who is signed in, for what cannot wait: the frame around every page.
pub fn account_of_request() -> Option<Account> {
    use_context::<Parts>()?
        .extensions
        .get::<AuthSession>()?
        .user
        .clone()
}

/// Reads an id. What is no id identifies nothing, so it is answered like an unknown one.
pub fn parse_id<T: FromStr>(s: &str) -> Result<T, AppError> {
    s.parse().map_err(|_| AppError::not_found())
}

/// Reads an id that may be missing: forms send an empty text for it.
pub fn parse_optional_id<T: FromStr>(s: Option<String>) -> Result<Option<T>, AppError> {
    s.filter(|s| !s.is_empty())
        .as_deref()
        .map(parse_id)
        .transpose()
}

/// Sends a plain form on to `path` with 303 (RFC 9110, section 15.4.4). An island, which asks
/// for JSON, gets the result instead.
pub fn see_other(path: &str) {
    let (Some(request), Some(response)) =
        (use_context::<Parts>(), use_context::<ResponseOptions>())
    else {
        return;
    };
    let accept = request
        .headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        redirect(&response, path);
    }
}

/// As [`see_other`], to another site, whose address nobody but the payment provider has told. What people send
/// along never leads away: only what is marked so passes the layer that answers forms.
pub fn leave_for(url: &str) {
    see_other(url);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(LEAVES, HeaderValue::from_static("1"));
    }
}

/// Marks an answer that leads to another site; within the process only.
pub const LEAVES: HeaderName = HeaderName::from_static("x-leaves-site");

/// Sends whoever asks for this page to another one.
pub fn redirect_page(path: &str) {
    if let Some(response) = use_context::<ResponseOptions>() {
        redirect(&response, path);
    }
}

fn redirect(response: &ResponseOptions, path: &str) {
    if let Ok(location) = HeaderValue::from_str(path) {
        response.insert_header(header::LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}
