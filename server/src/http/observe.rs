//! One span a request, with an id that the person can quote, one record when it is answered, and
//! an answer even when a handler panics.

use std::panic::AssertUnwindSafe;

use app::{error::AppError, session::AuthSession};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use futures::FutureExt;
use kernel::Clock;
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

use super::{
    measures::{Observed, method, route},
    refuse::{Asker, refuse},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The request's span. It need not be the current one: layers of other crates have spans, too.
#[derive(Clone)]
struct OfRequest(Span);

/// The middleware.
pub async fn observe(State(clock): State<Clock>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let observed = Observed::begin(&request);
    let id = sane_id(request.headers()).unwrap_or_else(|| fresh_id(&clock));
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let span = span(&request, &id);
    request.extensions_mut().insert(OfRequest(span.clone()));
    let asker = Asker::of(&request);
    let quiet = request.uri().path().starts_with("/health/");
    let answered = AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .instrument(span.clone())
        .await;
    // The panic itself was logged where it happened.
    let mut response = answered.unwrap_or_else(|_| refuse(asker, &AppError::internal()));
    response.headers_mut().insert(REQUEST_ID, id);
    observed.answered(response.status());
    span.in_scope(|| record(&span, &response, begun, quiet));
    response
}

fn span(request: &Request, id: &HeaderValue) -> Span {
    let path = route(request);
    let span = tracing::info_span!(
        "http.request",
        otel.name = format!("{} {path}", method(request)),
        otel.kind = "server",
        method = %request.method(),
        path,
        request_id = id.to_str().unwrap_or_default(),
        user_id = field::Empty,
        status = field::Empty,
        latency_ms = field::Empty,
    );
    let parent = request
        .headers()
        .get("traceparent")
        .and_then(|parent| parent.to_str().ok());
    if let Some(parent) = parent {
        kernel::trace::continue_from(&span, parent);
    }
    span
}

fn record(span: &Span, response: &Response, begun: Instant, quiet: bool) {
    let status = response.status();
    span.record("status", status.as_u16());
    span.record(
        "latency_ms",
        u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    );
    match status.is_server_error() {
        true => tracing::warn!("answered with a failure"),
        // Probes come every few seconds and say nothing while all is well.
        false if quiet => tracing::debug!("answered"),
        false => tracing::info!("answered"),
    }
}

/// Names the signed-in person in the request's span; goes below the sessions.
pub async fn person(request: Request, next: Next) -> Response {
    let session = request.extensions().get::<AuthSession>();
    let account = session.and_then(|session| session.user.as_ref());
    if let (Some(account), Some(OfRequest(span))) = (account, request.extensions().get()) {
        span.record("user_id", field::display(account.profile.id));
    }
    next.run(request).await
}

/// An id from outside is taken when it can be nothing but an id.
fn sane_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(REQUEST_ID)?;
    let sane = (1..=64).contains(&id.len())
        && id
            .as_bytes()
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b));
    sane.then(|| id.clone())
}

fn fresh_id(clock: &Clock) -> HeaderValue {
    HeaderValue::from_str(&clock.uuid().to_string())
        .unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_from_outside_is_taken_only_when_it_is_one() {
        let id = |value: &'static str| {
            sane_id(&HeaderMap::from_iter([(
                REQUEST_ID,
                HeaderValue::from_static(value),
            )]))
        };
        assert_eq!(id("req-1_a.B"), Some(HeaderValue::from_static("req-1_a.B")));
        for bad in ["", "a b", "a\"b", "<script>", "a,b"] {
            assert_eq!(id(bad), None, "{bad}");
        }
        let long = HeaderValue::from_bytes(&[b'a'; 65]).expect("a header");
        assert_eq!(sane_id(&HeaderMap::from_iter([(REQUEST_ID, long)])), None);
    }
}
