//! Refuses requests that another site made a person's browser send (cross-site request forgery).
//!
//! The algorithm is that of Go's `net/http.CrossOriginProtection` (Go 1.25; Filippo Valsorda,
//! "A modern approach to preventing CSRF in Go"): safe methods pass; where the browser says by
//! Fetch Metadata who is asking, that decides; else the Origin header must name our own host; a
//! request with neither header does not come from a browser of this decade, and passes.

use app::error::AppError;
use axum::{
    extract::Request,
    http::{HeaderMap, Method, Uri, header},
    middleware::Next,
    response::Response,
};

use super::refuse::{Asker, refuse};

/// The middleware.
pub async fn protect(request: Request, next: Next) -> Response {
    if is_allowed(request.method(), request.uri(), request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!("refused a request that another site had made");
    refuse(Asker::of(&request), &AppError::cross_site())
}

fn is_allowed(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    match headers.get("sec-fetch-site").map(|site| site.as_bytes()) {
        Some(b"same-origin" | b"none") => return true,
        Some(b"") | None => {}
        Some(_) => return false,
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    // An origin that is no URL, such as "null", has no host and equals none.
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(|authority| authority.as_str()));
    let origin = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    origin.is_some() && origin == host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(method: Method, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert(
            header::HOST,
            header::HeaderValue::from_static("chat.example:8080"),
        );
        for (name, value) in headers {
            map.insert(*name, header::HeaderValue::from_static(value));
        }
        is_allowed(&method, &Uri::from_static("/api/fn/x"), &map)
    }

    #[test]
    fn only_our_own_pages_may_post() {
        let table = [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "http://chat.example:8080"),
                ],
                false,
            ),
            (&[("origin", "http://chat.example:8080")], true),
            (&[("origin", "https://chat.example:8080")], true),
            (&[("origin", "http://chat.example")], false),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "")], false),
            (&[], true),
        ];
        for (headers, expected) in table {
            assert_eq!(allowed(Method::POST, headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn reading_is_always_allowed() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(allowed(method, &[("sec-fetch-site", "cross-site")]));
        }
        assert!(!allowed(
            Method::DELETE,
            &[("sec-fetch-site", "cross-site")]
        ));
    }
}
