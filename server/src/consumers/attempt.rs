//! One try to hand an event to its consumers, the same whichever way it came.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use kernel::{Db, Recorded, dead_letters, trace};
use tracing::Instrument;

use super::{ALL, Consumer, Consumers, Error};
use crate::relay::measures;

/// Before an event is tried again for which the database was away.
pub const AWAY: Duration = Duration::from_secs(1);

/// What came of a try.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every consumer has handled it, or it was put aside for those that could not.
    Done,
    /// A consumer failed.
    Again {
        /// So long to wait.
        after: Duration,
        /// Why.
        error: String,
    },
}

/// A consumer that failed, and why.
struct Failure {
    consumer: &'static str,
    error: String,
}

/// Hands an event to all that consume its kind, after so many failures before. Those that have
/// handled it already notice by the inbox. With the last failure the event is put aside.
///
/// # Errors
/// When the database is away: then nothing is known, and the event has to come again.
pub async fn attempt(
    db: &Db,
    site: &Consumers,
    event: &Recorded,
    failures: u32,
) -> Result<Outcome, sqlx::Error> {
    let span = tracing::info_span!("consumers.attempt", event = %event.id, kind = event.kind);
    if let Some(traceparent) = &event.traceparent {
        trace::continue_from(&span, traceparent);
    }
    try_all(db, site, event, failures).instrument(span).await
}

async fn try_all(
    db: &Db,
    site: &Consumers,
    event: &Recorded,
    failures: u32,
) -> Result<Outcome, sqlx::Error> {
    let mut failed = Vec::new();
    for consumer in ALL.iter().filter(|consumer| consumer.kind == event.kind) {
        if let Some(error) = try_one(db, site, consumer, event).await? {
            let consumer = consumer.name;
            failed.push(Failure { consumer, error });
        }
    }
    let Some(first) = failed.first() else {
        return Ok(Outcome::Done);
    };
    let failures = failures.saturating_add(1);
    if let Some(after) = site.retry.wait(failures) {
        let (consumer, error) = (first.consumer, first.error.clone());
        tracing::warn!(
            consumer,
            error,
            failures,
            ?after,
            "a consumer failed; the event will come again"
        );
        return Ok(Outcome::Again { after, error });
    }
    for Failure { consumer, error } in failed {
        let attempts = i32::try_from(failures).unwrap_or(i32::MAX);
        dead_letters::bury(db, consumer, event, attempts, &error).await?;
        tracing::error!(
            consumer,
            error,
            failures,
            "a consumer failed for good; the event waits to be replayed"
        );
    }
    Ok(Outcome::Done)
}

/// Why the consumer failed, if it did.
pub(super) async fn try_one(
    db: &Db,
    site: &Consumers,
    consumer: &Consumer,
    event: &Recorded,
) -> Result<Option<String>, sqlx::Error> {
    let work = AssertUnwindSafe((consumer.work)(site, event)).catch_unwind();
    let error = match work.await {
        Ok(Ok(())) => {
            let delay = (db.now() - event.occurred_at).try_into();
            measures::consumed(consumer.name, delay.unwrap_or_default());
            return Ok(None);
        }
        Ok(Err(error)) if error.is_unavailable() => return Err(sqlx::Error::PoolTimedOut),
        Ok(Err(error)) => with_causes(&error),
        // The panic's hook has logged where.
        Err(_) => "it panicked".to_owned(),
    };
    measures::failed(consumer.name);
    Ok(Some(error))
}

/// The error and what is behind it, which holds codes and names of the database, no values.
fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
