//! Takes recorded events out of the outbox: to the broker where one is configured, else to the
//! consumers of this process.
//!
//! One relay a database is at work, held by an advisory lock; what a second one does that does not
//! know of it yet, the inbox makes harmless. Woken after each commit that recorded an event, with a
//! slow poll as the safety net.

pub mod backlog;
mod in_process;
pub mod measures;
mod to_broker;

use std::time::Duration;

use kernel::{Db, outbox};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::{adapters::kafka::Kafka, consumers::Consumers};

/// Between tries to become the one at work. With the time that the one before may be silent
/// ([`outbox::LEADER_SILENT`]), another takes over within 10 seconds.
const STANDBY: Duration = Duration::from_secs(3);
/// Between signs of life to the database, which are looks at the outbox and at the queue of jobs, too: for events
/// and jobs of other processes, and those that are to be tried again.
const ALIVE: Duration = Duration::from_millis(2_500);

/// Where events go.
#[derive(Clone)]
pub enum Way {
    /// To the consumers of this process.
    InProcess(Consumers),
    /// To the broker, from where they come back to the consumers of any process.
    Broker(Kafka),
}

/// Why the relay let go of its lead: it begins anew.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Broker(#[from] crate::adapters::kafka::Error),
    #[error("a task of the relay broke off")]
    Broken,
}

/// Relays until the token is cancelled.
pub async fn run(db: Db, way: Way, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let wait = tokio::select! {
            wait = lead(&db, &way) => wait,
            () = stop.cancelled() => return,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Relays as long as the lead is this process's, if it is; says when to try again.
async fn lead(db: &Db, way: &Way) -> Duration {
    let lock = match outbox::lead_relay(db).await {
        Ok(Some(lock)) => lock,
        Ok(None) => return STANDBY,
        Err(error) => {
            tracing::warn!(%error, "the relay cannot reach the database; trying again");
            return STANDBY;
        }
    };
    let relaying = async {
        match way {
            Way::InProcess(consumers) => in_process::deliver_all(db, consumers).await,
            Way::Broker(kafka) => to_broker::publish_all(db, kafka).await,
        }
    };
    let ended = tokio::select! {
        ended = relaying => ended,
        ended = keep(db, lock) => ended,
    };
    if let Err(error) = ended {
        metrics::counter!(measures::ERRORS).increment(1);
        tracing::warn!(%error, "the relay was interrupted; trying again");
    }
    Duration::from_secs(1)
}

/// Shows that this process lives, and polls; ends when the lead is lost.
async fn keep(db: &Db, mut lock: PgConnection) -> Result<(), Lost> {
    loop {
        tokio::time::sleep(ALIVE).await;
        // A connection that does not answer is as good as closed: another relay takes over.
        let waiting = tokio::time::timeout(ALIVE, outbox::still_leads(db, &mut lock)).await;
        let waiting = waiting.map_err(|_| sqlx::Error::PoolTimedOut)??;
        if waiting.events {
            db.wake_relay();
        }
        if waiting.jobs {
            db.wake_runner();
        }
    }
}
