//! The landing page, made once and kept ready: whoever comes without a cookie sees the same one
//! in their language, as long as this process runs. It can be, because it has no script and so no nonce, and its
//! policy is the same for all, too (see [`super::policy`]).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use app::language::{self, Locale};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tower::{Layer, ServiceExt};
use tower_http::{CompressionLevel, compression::CompressionLayer};

/// Far more than the page has, in bytes.
const ENOUGH: usize = 1024 * 1024;

/// The page in each language and [`Encoding`] that was asked for so far.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<HashMap<(Locale, Encoding), Page>>>);

#[derive(Clone)]
struct Page {
    headers: HeaderMap,
    body: Bytes,
}

/// What the page is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

impl Encoding {
    /// The best one that is asked for in so many words; whoever weighs them is answered afresh.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let Some(asked) = headers.get(header::ACCEPT_ENCODING) else {
            return Some(Self::Identity);
        };
        let asked = asked.to_str().ok()?;
        let has = |name: &str| asked.split(',').any(|one| one.trim() == name);
        match (has("br"), has("gzip")) {
            (true, _) => Some(Self::Brotli),
            (false, true) => Some(Self::Gzip),
            (false, false) => None,
        }
    }

    /// As a request asks for it.
    fn asked(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
            Self::Brotli => Some(HeaderValue::from_static("br")),
        }
    }
}

/// The middleware; goes above the sessions, which the kept page does without.
pub async fn keep(State(kept): State<Kept>, mut request: Request, next: Next) -> Response {
    let Some(encoding) = is_the_same_for_all(&request)
        .then(|| Encoding::of(request.headers()))
        .flatten()
    else {
        return next.run(request).await;
    };
    let kind = (language::of_request(), encoding);
    if let Some(page) = kept.get(kind) {
        return page.answer();
    }
    if let Some(asked) = encoding.asked() {
        request.headers_mut().insert(header::ACCEPT_ENCODING, asked);
    }
    // Once, so it may take its time.
    let best = CompressionLayer::new().quality(CompressionLevel::Best);
    let Ok(response) = best.layer(next).oneshot(request).await;
    let (parts, body) = response.map(Body::new).into_parts();
    if parts.status != StatusCode::OK || parts.headers.contains_key(header::SET_COOKIE) {
        return Response::from_parts(parts, body);
    }
    let Ok(body) = to_bytes(body, ENOUGH).await else {
        let mut failed = Response::default();
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return failed;
    };
    let page = Page {
        headers: parts.headers,
        body,
    };
    let response = page.answer();
    kept.set(kind, page);
    response
}

/// Sessions, refused forms and the theme all come with a cookie. The one of the language alone is the
/// language, and the page is kept in each.
fn is_the_same_for_all(request: &Request) -> bool {
    request.method() == Method::GET
        && request.uri() == "/"
        && request
            .headers()
            .get_all(header::COOKIE)
            .iter()
            .all(names_a_language)
}

fn names_a_language(cookies: &HeaderValue) -> bool {
    let cookies = cookies.as_bytes();
    cookies.starts_with(b"language=") && !cookies.contains(&b';')
}

impl Kept {
    fn get(&self, kind: (Locale, Encoding)) -> Option<Page> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.get(&kind).cloned()
    }

    fn set(&self, kind: (Locale, Encoding), page: Page) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.insert(kind, page);
    }
}

impl Page {
    fn answer(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.headers_mut() = self.headers.clone();
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_encoding_that_is_plainly_asked_for_is_kept() {
        let of = |asked: &'static str| {
            let asked = (header::ACCEPT_ENCODING, HeaderValue::from_static(asked));
            Encoding::of(&HeaderMap::from_iter([asked]))
        };
        assert_eq!(of("gzip, deflate, br, zstd"), Some(Encoding::Brotli));
        assert_eq!(of("gzip,deflate"), Some(Encoding::Gzip));
        for weighed in ["br;q=0", "gzip;q=0.5, identity", "identity", "*", ""] {
            assert_eq!(of(weighed), None, "{weighed}");
        }
        assert_eq!(Encoding::of(&HeaderMap::new()), Some(Encoding::Identity));
    }
}
