//! What is tidied up while the site runs: safe in any number of processes at once.

use std::time::Duration;

use chat::{Engine, commands::end_abandoned};
use kernel::outbox;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Generations whose process went away are ended within this and their lease.
const SWEEP: Duration = Duration::from_secs(3);
const TIDY: Duration = Duration::from_secs(3600);
/// How long published events are kept.
const KEEP_EVENTS: time::Duration = time::Duration::days(7);

/// Tidies until the token is cancelled.
pub async fn run(chat: Engine, stop: CancellationToken) {
    let db = chat.db();
    let (mut sweep, mut tidy) = (interval(SWEEP), interval(TIDY));
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = sweep.tick() => note("generations", end_abandoned(&chat).await),
            _ = tidy.tick() => {
                note("events", outbox::prune(db, db.now() - KEEP_EVENTS).await);
                note("sessions", app::session::delete_expired(db).await);
            }
            () = stop.cancelled() => return,
        }
    }
}

fn note<T, E: std::fmt::Display>(what: &str, done: Result<T, E>) {
    if let Err(error) = done {
        tracing::warn!(%error, what, "could not tidy up; trying again later");
    }
}
