//! From the outbox to the broker, in batches: read, write all, wait for all, note all.

use kernel::{Db, outbox};
use metrics::counter;

use super::{Lost, measures};
use crate::adapters::kafka::{Error, Kafka};

/// Events a batch. While one is under way, what is committed meanwhile gathers for the next.
const BATCH: i64 = 1_000;

/// Publishes until the broker refuses something or the database is lost. While the broker is away
/// it waits, and the outbox grows.
pub(super) async fn publish_all(db: &Db, kafka: &Kafka) -> Result<(), Lost> {
    kafka.ensure_topics().await?;
    let producer = kafka.producer()?;
    loop {
        let batch = outbox::unpublished(db, BATCH).await?;
        let more = batch.len() == usize::try_from(BATCH).unwrap_or_default();
        if !batch.is_empty() {
            let sent = producer.send(&batch).await;
            outbox::all_published(db, &sent.acknowledged).await?;
            counter!(measures::PUBLISHED).increment(sent.acknowledged.len() as u64);
            if let Some(failure) = sent.failure {
                return Err(Error::Kafka(failure).into());
            }
        }
        if !more {
            db.event_recorded().await;
        }
    }
}
