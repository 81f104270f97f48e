//! Headers on every response.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// OWASP Secure Headers Project. A Content-Security-Policy of scripts and styles needs a nonce
/// from the page; here it only forbids framing.
const SECURITY: [(HeaderName, HeaderValue); 5] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    // Plain forms come back by the Referer, so our own site must still see it.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("frame-ancestors 'none'"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// The middleware.
pub async fn set(request: Request, next: Next) -> Response {
    let known_visitor = request.headers().contains_key(header::COOKIE);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(value);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, caching(known_visitor, headers));
    }
    response
}

/// Pages may say who is signed in, so only the person's own browser may keep one, and not even
/// that once there is a session (or one is begun).
fn caching(known_visitor: bool, headers: &HeaderMap) -> HeaderValue {
    match known_visitor || headers.contains_key(header::SET_COOKIE) {
        true => HeaderValue::from_static("private, no-store"),
        false => HeaderValue::from_static("private, no-cache"),
    }
}
