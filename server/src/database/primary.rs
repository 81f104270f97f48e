//! Keeps the pool's connections with a database that takes writes.
//!
//! A connection outlives what it leads to: its server may have been restarted, or have become a standby
//! while another took over. The pool would hand it out for as long as it answers. So, as libpq does with
//! `target_session_attrs=read-write`, a new connection is asked whether it can write; and of those that
//! are handed out again, one every quarter of a second. What it finds holds for all of its age: the
//! chat page is not to pay a round trip for every query.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use sqlx::{Connection, Executor, PgConnection, Row, pool::PoolConnectionMetadata};
use tokio::time::timeout;

/// So often one connection is asked, at most.
const EVERY: Duration = Duration::from_millis(250);

/// A connection that nobody has used for so long is asked whether it still lives before it is given
/// out. One used just now is not: that would be a round trip more for every query.
const UNTESTED: Duration = Duration::from_secs(1);

/// A server that does not answer a word within this time has gone without saying so.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// What is known of the pool's connections.
#[derive(Debug)]
pub(super) struct Primary {
    epoch: Instant,
    /// When one was asked last: microseconds since the epoch.
    asked: AtomicU64,
    /// Connections made up to then lead nowhere: microseconds since the epoch.
    distrusted: AtomicU64,
}

impl Primary {
    pub(super) fn new() -> Self {
        Self {
            epoch: Instant::now(),
            asked: AtomicU64::new(0),
            distrusted: AtomicU64::new(0),
        }
    }

    /// Whether a connection may be given out again.
    ///
    /// # Errors
    /// When it turns out to be broken.
    pub(super) async fn may_go_out(
        &self,
        connection: &mut PgConnection,
        about: PoolConnectionMetadata,
    ) -> Result<bool, sqlx::Error> {
        let now = self.now();
        if now.saturating_sub(micros(about.age)) <= self.distrusted.load(Relaxed) {
            return Ok(false);
        }
        let found = if self.is_time(now) {
            within(takes_writes(connection)).await
        } else if about.idle_for > UNTESTED {
            within(connection.ping()).await.map(|()| true)
        } else {
            return Ok(true);
        };
        if !matches!(found, Ok(true)) {
            // Those that are as old lead to the same place.
            self.distrusted.fetch_max(self.now(), Relaxed);
        }
        found
    }

    /// Once every [`EVERY`], whoever comes first.
    fn is_time(&self, now: u64) -> bool {
        let asked = self.asked.load(Relaxed);
        now.saturating_sub(asked) >= micros(EVERY)
            && self
                .asked
                .compare_exchange(asked, now, Relaxed, Relaxed)
                .is_ok()
    }

    fn now(&self) -> u64 {
        micros(self.epoch.elapsed())
    }
}

/// Refuses a new connection to a server that takes no writes; the pool tries again.
///
/// # Errors
/// When it takes none, or breaks.
pub(super) async fn admit(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    if within(takes_writes(connection)).await? {
        return Ok(());
    }
    Err(io::Error::other("the database takes no writes: it is a standby, or made read-only").into())
}

/// One round trip: a simple query.
async fn takes_writes(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    // "on" also while it is a standby (PostgreSQL, "Hot Standby").
    let row = connection.fetch_one("show transaction_read_only").await?;
    Ok(row.try_get::<String, _>(0)? == "off")
}

async fn within<T>(answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    let answer = timeout(ANSWERS_WITHIN, answer).await;
    answer.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
