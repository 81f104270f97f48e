//! `GET /chat/generations/{id}/events`: an answer as it is written, by Server-Sent Events (HTML
//! standard, section 9.2).
//!
//! The `id:` of an event is the position to come back to: bytes of the answer's text. A browser
//! that lost the connection sends it as `Last-Event-ID`; a page begins with `?from=`. The first
//! event has an id already, so whoever is sent away before anything has arrived comes back, too.

use std::{convert::Infallible, time::Duration};

use app::{
    chat::labels,
    language::{self, Locale},
    session::{AuthSession, actor_of, stored_id},
    state::AppState,
};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use chat::{StreamStep, engine::Followed, queries::follow_generation};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;
use time::{OffsetDateTime, UtcOffset, macros::format_description};

use super::{event_writer::EventStream, open_streams::OpenStreams};

/// Proxies with idle time-outs must not cut a model that thinks in silence.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_millis(500);

/// Where to begin.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    from: Option<String>,
}

/// Streams the steps of an answer from a position on, until it ends, the session ends, or the
/// process is about to.
pub async fn events(
    State(site): State<AppState>,
    Extension(streams): Extension<OpenStreams>,
    session: AuthSession,
    Path(id): Path<String>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (actor, position) = (actor_of(&session), position(&headers, &from));
    let steps = match follow_generation(&site.chat, actor, id, position).await {
        Ok(steps) => steps,
        Err(chat::Error::NotSignedIn) => return StatusCode::UNAUTHORIZED.into_response(),
        Err(chat::Error::Internal(cause)) => {
            tracing::error!(error = %cause, "could not open a stream");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Err(_) => return StatusCode::NOT_FOUND.into_response(),
    };
    // Whoever is signed in has a session.
    let Some(session) = stored_id(&session) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let open = streams.open(session);
    let ended = open.ended();
    let reader = language::of_request();
    let steps = steps.take_until(ended).map(move |step| {
        let _until_the_stream_is_dropped = &open;
        event(step, reader)
    });
    let headers = [
        (header::DATE, date(site.db.now())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx and others: pass each event on at once.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, EventStream::response(sse(position, steps))).into_response()
}

fn sse(position: usize, steps: impl Stream<Item = Event> + Send + 'static) -> Response {
    let hello = Event::default()
        .id(position.to_string())
        .retry(RETRY)
        .comment("");
    let events = stream::iter([hello]).chain(steps).map(Ok::<_, Infallible>);
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response()
}

/// RFC 9110, section 6.6.1.
fn date(now: OffsetDateTime) -> HeaderValue {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let date = now.to_offset(UtcOffset::UTC).format(format);
    date.ok()
        .and_then(|date| HeaderValue::try_from(date).ok())
        .unwrap_or(HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))
}

/// A position that is none begins at the beginning: steps are idempotent.
fn position(headers: &HeaderMap, from: &From) -> usize {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    last.or(from.from.as_deref())
        .and_then(|at| at.parse().ok())
        .unwrap_or_default()
}

fn event((position, mut step): Followed, reader: Locale) -> Event {
    if let StreamStep::Open { html, .. } | StreamStep::Block { html, .. } = &mut step {
        *html = labels::of(std::mem::take(html), reader);
    }
    let event = Event::default().id(position.to_string()).event("step");
    event.json_data(step).unwrap_or_else(|error| {
        tracing::error!(%error, "a step that cannot be written as JSON");
        Event::default().comment("")
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::*;

    async fn next(body: &mut (impl Stream<Item = Result<Bytes, axum::Error>> + Unpin)) -> String {
        let frame = body.next().await.expect("a frame").expect("no error");
        String::from_utf8(frame.to_vec()).expect("UTF-8")
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_says_where_it_is_and_beats_every_ten_seconds() {
        let begun = tokio::time::Instant::now();
        let mut body = sse(7, stream::pending()).into_body().into_data_stream();
        let hello = next(&mut body).await;
        assert!(
            hello.contains("id: 7\n") && hello.contains("retry: 500\n"),
            "{hello}"
        );
        for beat in 1..=3 {
            assert_eq!(next(&mut body).await, ":\n\n");
            assert_eq!(begun.elapsed(), HEARTBEAT * beat);
        }
    }
}
