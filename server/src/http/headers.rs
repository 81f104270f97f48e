//! Headers on every response (OWASP Secure Headers Project).

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::policy;

/// What guards every response, whatever it is.
const SECURITY: [(HeaderName, HeaderValue); 10] = [
    // Pages have their own.
    (header::CONTENT_SECURITY_POLICY, policy::NO_PAGE),
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
    // No window of another site has a hold on ours, and none shows what is ours.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    // A process of its own in the browser, apart from other hosts of the same site.
    (
        HeaderName::from_static("origin-agent-cluster"),
        HeaderValue::from_static("?1"),
    ),
    // A link in an answer is not looked up before somebody follows it.
    (
        header::X_DNS_PREFETCH_CONTROL,
        HeaderValue::from_static("off"),
    ),
    (
        HeaderName::from_static("x-permitted-cross-domain-policies"),
        HeaderValue::from_static("none"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
             geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), \
             midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
             xr-spatial-tracking=()",
        ),
    ),
];

/// Two years, as RFC 6797 and the lists of browsers would have it. Not for subdomains: they may be
/// somebody else's.
const ONLY_HTTPS: (HeaderName, HeaderValue) = (
    header::STRICT_TRANSPORT_SECURITY,
    HeaderValue::from_static("max-age=63072000"),
);

/// What is set where the site's own code says nothing else.
#[derive(Clone, Copy)]
pub struct Headers {
    /// Whether people reach the site by HTTPS only.
    pub https: bool,
}

/// The middleware.
pub async fn set(
    State(Headers { https }): State<Headers>,
    request: Request,
    next: Next,
) -> Response {
    let known_visitor = request.headers().contains_key(header::COOKIE);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.reserve(SECURITY.len() + 2);
    for (name, value) in SECURITY.into_iter().chain(https.then_some(ONLY_HTTPS)) {
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
