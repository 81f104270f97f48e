//! Delivers recorded events to the consumers of this process: the embedded default.
//!
//! One relay a database is at work, held by an advisory lock; the inbox makes a delivery that
//! happens twice harmless all the same. Events of one aggregate are delivered in order, those of
//! different aggregates side by side. Woken after each commit that recorded an event, with a slow
//! poll as the safety net.

use std::{collections::HashSet, time::Duration};

use kernel::{Db, Recorded, outbox, trace};
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use crate::consumers::{self, Consumers};

const POLL: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 16;

/// Delivers until the token is cancelled.
pub async fn run(db: Db, consumers: Consumers, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let wait = match outbox::lead_relay(&db).await {
            Ok(Some(lock)) => {
                tokio::select! {
                    ended = deliver_all(&db, &consumers, lock) => {
                        if let Err(error) = ended {
                            tracing::warn!(%error, "the relay lost the database; trying again");
                        }
                    }
                    () = stop.cancelled() => return,
                }
                Duration::from_secs(1)
            }
            Ok(None) => POLL,
            Err(error) => {
                tracing::warn!(%error, "the relay cannot reach the database; trying again");
                POLL
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Delivers while the lock is held; ends when the database is lost.
async fn deliver_all(
    db: &Db,
    consumers: &Consumers,
    mut lock: PgConnection,
) -> Result<(), sqlx::Error> {
    let mut under_way = HashSet::new();
    let mut tasks = JoinSet::new();
    loop {
        let due = outbox::due(db, 64).await?;
        for event in due {
            if tasks.len() < AT_ONCE && under_way.insert(event.aggregate_id) {
                tasks.spawn(deliver(db.clone(), consumers.clone(), event));
            }
        }
        tokio::select! {
            Some(done) = tasks.join_next() => {
                let aggregate = done.map_err(|e| sqlx::Error::Io(std::io::Error::other(e)))?;
                under_way.remove(&aggregate);
            }
            () = db.event_recorded() => {}
            () = tokio::time::sleep(POLL) => lock.ping().await?,
        }
    }
}

/// Hands an event to its consumers and notes how that went; returns its aggregate.
async fn deliver(db: Db, consumers: Consumers, event: Recorded) -> Uuid {
    let aggregate = event.aggregate_id;
    let span = tracing::info_span!("relay.deliver", event = %event.id, kind = event.kind);
    if let Some(traceparent) = &event.traceparent {
        trace::continue_from(&span, traceparent);
    }
    async {
        let work = tokio::spawn(
            async move { (consumers::consume(&consumers, &event).await, event) }.in_current_span(),
        );
        let noted = match work.await {
            Ok((Ok(()), event)) => outbox::published(&db, event.id).await,
            Ok((Err(error), event)) => put_off(&db, &event, &error).await,
            // A panic: the runtime has logged it. The event stays due and comes again.
            Err(_) => {
                tokio::time::sleep(Duration::from_secs(5)).await;
                Ok(())
            }
        };
        if let Err(error) = noted {
            tracing::error!(%error, "could not note the delivery of an event; it will come again");
        }
    }
    .instrument(span)
    .await;
    aggregate
}

async fn put_off(db: &Db, event: &Recorded, error: &consumers::Error) -> Result<(), sqlx::Error> {
    let wait = backoff(event.attempts);
    tracing::error!(%error, attempts = event.attempts + 1, ?wait, "a consumer failed; the event will come again");
    outbox::failed(db, event.id, db.now() + wait, &error.to_string()).await
}

/// 1 s, 2 s, 4 s, … at most 5 min.
fn backoff(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or_default().min(9);
    Duration::from_secs(2u64.pow(doublings)).min(Duration::from_secs(300))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_five_minutes() {
        let waits: Vec<_> = [0, 1, 5, 9, 100, i32::MAX]
            .map(|n| backoff(n).as_secs())
            .into();
        assert_eq!(waits, [1, 2, 32, 300, 300, 300]);
    }
}
