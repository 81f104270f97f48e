//! From the outbox to the consumers of this process: the embedded default. Events of one aggregate
//! are delivered in order, those of different aggregates side by side.

use std::collections::HashSet;

use kernel::{Db, Recorded, id::Uuid, outbox};
use metrics::counter;
use tokio::task::JoinSet;

use super::{Lost, measures};
use crate::consumers::{self, Consumers, Outcome};

const AT_ONCE: usize = 16;

/// Delivers until the database is lost.
pub(super) async fn deliver_all(db: &Db, consumers: &Consumers) -> Result<(), Lost> {
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
                under_way.remove(&done.map_err(|_| Lost::Broken)?);
            }
            () = db.event_recorded() => {}
        }
    }
}

/// Hands an event to its consumers and notes how that went; returns its aggregate.
async fn deliver(db: Db, consumers: Consumers, event: Recorded) -> Uuid {
    let aggregate = event.aggregate_id;
    let before = u32::try_from(event.attempts).unwrap_or_default();
    let noted = match consumers::attempt(&db, &consumers, &event, before).await {
        Ok(Outcome::Done) => {
            counter!(measures::PUBLISHED).increment(1);
            outbox::published(&db, event.id).await
        }
        Ok(Outcome::Again { after, error }) => {
            let next = db.now() + after;
            outbox::failed(&db, event.id, next, &error).await
        }
        Err(unavailable) => Err(unavailable),
    };
    if let Err(error) = noted {
        tracing::warn!(%error, "the delivery of an event could not be noted; it will come again");
        tokio::time::sleep(consumers::AWAY).await;
    }
    aggregate
}
