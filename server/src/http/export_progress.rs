//! `GET /settings/export/events`: how far the writing of a person's data is, by Server-Sent Events, until the
//! file is there or the session ends.

use std::{convert::Infallible, time::Duration};

use app::{
    session::{AuthSession, actor_of, stored_id},
    state::AppState,
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use exports::{ExportStatus, ExportView, queries::my_export};
use futures::{Stream, StreamExt, stream};
use kernel::{Actor, Db};
use serde::Serialize;

use super::{event_writer::EventStream, open_streams::OpenStreams};

/// Between looks: the writer notes its progress about as often.
const LOOK: Duration = Duration::from_millis(500);
/// Proxies with idle time-outs must not cut it.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What a `progress` tells; in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Progress {
    done: i64,
    /// 0 until they are counted.
    total: i64,
}

/// The handler: `progress` when there is some, and `ready` at the end, after which nothing follows.
pub async fn events(
    State(site): State<AppState>,
    Extension(streams): Extension<OpenStreams>,
    session: AuthSession,
) -> Response {
    let actor = actor_of(&session);
    let (Some(session), Ok(_)) = (stored_id(&session), actor.person()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let open = streams.open(session);
    let ended = open.ended();
    let events = follow(site.db, actor).take_until(ended).map(move |event| {
        let _until_the_stream_is_dropped = &open;
        Ok::<_, Infallible>(event)
    });
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, EventStream::response(sse.into_response())).into_response()
}

fn follow(db: Db, actor: Actor) -> impl Stream<Item = Event> {
    stream::unfold((db, Some(None)), move |(db, told)| async move {
        let mut told = told?;
        loop {
            match my_export(&db, actor).await {
                Ok(Some(export)) if export.status == ExportStatus::Writing => {
                    let progress = progress(&export);
                    if told != Some(progress) {
                        return Some((telling(progress), (db, Some(Some(progress)))));
                    }
                }
                Ok(_) => return Some((ready(), (db, None))),
                Err(error) => {
                    tracing::warn!(%error, "could not look how far an export is; trying again");
                    told = None;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    })
}

/// An event without data is not dispatched (HTML standard, section 9.2.6).
fn ready() -> Event {
    Event::default().event("ready").data("{}")
}

fn progress(export: &ExportView) -> Progress {
    Progress {
        done: export.done,
        total: export.total.unwrap_or_default(),
    }
}

fn telling(progress: Progress) -> Event {
    // Two numbers can always be written.
    let event = Event::default().event("progress").json_data(progress);
    event.unwrap_or_default()
}
