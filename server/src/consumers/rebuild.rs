//! Read models made anew from all that the topics hold.

use chat::commands::{clear_usage_in, roll_up_usage_in};
use kernel::{Db, Tx};

use crate::adapters::kafka::{History, Kafka};

/// A read model that is made of events only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Projection {
    /// What models were used for, by day.
    Usage,
}

impl Projection {
    /// Whose topic its events are in.
    fn domain(self) -> &'static str {
        match self {
            Self::Usage => "chat",
        }
    }
}

/// Why a read model was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The broker.
    #[error(transparent)]
    Broker(#[from] crate::adapters::kafka::Error),
    /// In chat.
    #[error(transparent)]
    Chat(#[from] chat::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Empties a read model and adds all events that its topic holds, in one transaction: until that commits,
/// readers see it as it was, and its consumer waits. What the consumer takes afterwards and was read here it
/// knows by the inbox; what was published behind the end read here it adds. Returns how many were added.
///
/// Events that the topic no longer keeps are missing from it afterwards.
///
/// # Errors
/// See [`Error`]: nothing has changed then.
pub async fn rebuild(db: &Db, kafka: &Kafka, projection: Projection) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    match projection {
        Projection::Usage => clear_usage_in(&mut tx).await?,
    }
    // Only now, so that whatever its consumer has added until then is before the end.
    let mut history = kafka.history(projection.domain()).await?;
    let added = add_all(&mut tx, &mut history, projection).await;
    history.close().await;
    let added = added?;
    tx.commit().await?;
    Ok(added)
}

async fn add_all(tx: &mut Tx, history: &mut History, projection: Projection) -> Result<u64, Error> {
    let mut added = 0;
    while let Some(event) = history.next().await? {
        let new = match projection {
            Projection::Usage => roll_up_usage_in(tx, &event).await?,
        };
        added += u64::from(new);
    }
    Ok(added)
}
