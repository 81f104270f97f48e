//! `GET /chat/generations/{id}/events`: an answer as it is written, by Server-Sent Events (HTML
//! standard, section 9.2).
//!
//! The `id:` of an event is the position to come back to: bytes of the answer's text. A browser
//! that lost the connection sends it as `Last-Event-ID`; a page begins with `?from=`.

use std::{convert::Infallible, time::Duration};

use app::{session::CurrentActor, state::AppState};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use chat::{engine::Followed, queries::follow_generation};
use futures::{StreamExt, stream};
use serde::Deserialize;

/// Proxies with idle time-outs must not cut a model that thinks in silence.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_millis(500);

/// Where to begin.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    from: Option<String>,
}

/// Streams the steps of an answer from a position on.
pub async fn events(
    State(site): State<AppState>,
    CurrentActor(actor): CurrentActor,
    Path(id): Path<String>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let steps = match follow_generation(&site.chat, actor, id, position(&headers, &from)).await {
        Ok(steps) => steps,
        Err(chat::Error::NotSignedIn) => return StatusCode::UNAUTHORIZED.into_response(),
        Err(chat::Error::Internal(cause)) => {
            tracing::error!(error = %cause, "could not open a stream");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Err(_) => return StatusCode::NOT_FOUND.into_response(),
    };
    let hello = Event::default().retry(RETRY).comment("");
    let events = stream::iter([hello])
        .chain(steps.map(event))
        .map(Ok::<_, Infallible>);
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx and others: pass each event on at once.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (
        headers,
        Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)),
    )
        .into_response()
}

/// A position that is none begins at the beginning: steps are idempotent.
fn position(headers: &HeaderMap, from: &From) -> usize {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    last.or(from.from.as_deref())
        .and_then(|at| at.parse().ok())
        .unwrap_or_default()
}

fn event((position, step): Followed) -> Event {
    let event = Event::default().id(position.to_string()).event("step");
    event.json_data(step).unwrap_or_else(|error| {
        tracing::error!(%error, "a step that cannot be written as JSON");
        Event::default().comment("")
    })
}
