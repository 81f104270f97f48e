//! `GET /billing/checkout/events?session=...`: tells by Server-Sent Events that a checkout is
//! decided, once, unless the session ends before or the process is about to.

use std::{convert::Infallible, time::Duration};

use app::{
    session::{AuthSession, actor_of, stored_id},
    state::AppState,
};
use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use kernel::{Actor, Db};
use payments::{CheckoutStatus, Error, billing::queries::checkout_status};
use serde::Deserialize;

use super::{event_writer::EventStream, open_streams::OpenStreams};

/// Between looks.
const LOOK: Duration = Duration::from_millis(500);
/// Proxies with idle time-outs must not cut it.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Which checkout.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    session: String,
}

/// The handler: `changed` when the checkout is paid or expired, after which nothing follows.
pub async fn events(
    State(site): State<AppState>,
    Extension(streams): Extension<OpenStreams>,
    Query(Asked { session: checkout }): Query<Asked>,
    session: AuthSession,
) -> Response {
    let actor = actor_of(&session);
    let (Some(session), Ok(_)) = (stored_id(&session), actor.person()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    match checkout_status(&site.db, actor, &checkout).await {
        Err(Error::NotFound) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(%error, "could not look how far a checkout is");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Ok(_) => {}
    }
    let open = streams.open(session);
    let ended = open.ended();
    let events = stream::once(decided(site.db, actor, checkout))
        .take_until(ended)
        .map(move |event| {
            let _until_the_stream_is_dropped = &open;
            Ok::<_, Infallible>(event)
        });
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, EventStream::response(sse.into_response())).into_response()
}

/// Waits until the checkout is paid or expired, or is not there any more.
async fn decided(db: Db, actor: Actor, checkout: String) -> Event {
    loop {
        match checkout_status(&db, actor, &checkout).await {
            Ok(CheckoutStatus::Open | CheckoutStatus::Processing) => {}
            Ok(CheckoutStatus::Paid | CheckoutStatus::Expired) | Err(Error::NotFound) => {
                return Event::default().event("changed").data("{}");
            }
            Err(error) => {
                tracing::warn!(%error, "could not look how far a checkout is; trying again");
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
