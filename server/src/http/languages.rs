//! The language of each answer: what the account chose, else what the cookie or the browser asks for.

use app::{
    account::locale_of,
    language::{Tag, asked, now_in, scope},
    session::AuthSession,
};
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// What an answer in words depends on (RFC 9110, section 12.5.5).
const DEPENDS: HeaderValue = HeaderValue::from_static("accept-language, cookie");

/// The middleware; goes around everything that has words.
pub async fn speak(request: Request, next: Next) -> Response {
    let (mut response, locale) = scope(asked::of(request.headers()), next.run(request)).await;
    if has_words(&response) {
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(locale.as_str()),
        );
        headers.append(header::VARY, DEPENDS);
    }
    response
}

/// Goes on in the language of the account; goes below the sessions.
pub async fn of_account(request: Request, next: Next) -> Response {
    let session = request.extensions().get::<AuthSession>();
    let account = session.and_then(|session| session.user.as_ref());
    if let Some(locale) = account.and_then(|account| locale_of(account.profile.language)) {
        now_in(locale);
    }
    next.run(request).await
}

/// Pages, and what server functions answer: sentences are in both.
fn has_words(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| {
        let kind = kind.as_bytes();
        kind.starts_with(b"text/html") || kind.starts_with(b"application/json")
    })
}
