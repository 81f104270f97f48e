//! How much waits, as metrics. Every process tells it, not only the one that relays: an alert must
//! not depend on what it watches.

use std::time::Duration;

use kernel::{Db, dead_letters, outbox};
use metrics::gauge;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::measures;

const EVERY: Duration = Duration::from_secs(30);

/// Tells until the token is cancelled. While the database is away, the numbers stay.
pub async fn watch(db: Db, stop: CancellationToken) {
    let mut every = interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = tell(&db).await {
            tracing::debug!(%error, "could not look how many events wait");
        }
    }
}

/// Looks and tells.
///
/// # Errors
/// When the database cannot be reached.
pub async fn tell(db: &Db) -> Result<(), sqlx::Error> {
    let backlog = outbox::backlog(db).await?;
    let age = backlog
        .oldest
        .map_or(0.0, |oldest| (db.now() - oldest).as_seconds_f64().max(0.0));
    gauge!(measures::PENDING).set(backlog.pending as f64);
    gauge!(measures::OLDEST_AGE).set(age);
    gauge!(measures::DEAD_LETTERS).set(dead_letters::count(db).await? as f64);
    Ok(())
}
