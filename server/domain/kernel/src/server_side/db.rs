//! The database, and the transaction in which a state change and its events are made together.

use std::sync::Arc;

use metrics::{counter, describe_counter};
use sqlx::{PgConnection, PgPool, Postgres, migrate::Migrator};
use time::OffsetDateTime;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{clock::Clock, event::Event, outbox};

/// The one ordered history of the database. Running it takes an advisory lock, so two processes
/// that migrate at once do not disturb each other.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../../migrations");

/// Anything that is nobody's fault but ours: shown as one sentence, logged once with its cause.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Internal(Box<dyn std::error::Error + Send + Sync>);

/// How many [`Internal`] there were, by the operation (the innermost span) that made them.
const FAILURES: &str = "parlance_internal_errors_total";
/// The operation of what is done outside of any span.
const NOWHERE: &str = "(none)";

/// Says what is counted here, to the recorder that is installed.
pub fn describe_measures() {
    describe_counter!(
        FAILURES,
        "Operations that failed through a fault of ours, by operation."
    );
    counter!(FAILURES, "operation" => NOWHERE).increment(0);
}

impl Internal {
    /// Wraps a cause, and counts it.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let span = tracing::Span::current();
        let operation = span.metadata().map_or(NOWHERE, |span| span.name());
        counter!(FAILURES, "operation" => operation).increment(1);
        Self(cause.into())
    }

    /// Whether the cause [`is_unavailable`].
    pub fn is_unavailable(&self) -> bool {
        self.0.downcast_ref().is_some_and(is_unavailable)
    }
}

/// Whether the database cannot be reached, is going away, takes no writes or has no free connection:
/// trying again later makes sense.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| away(&code)),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Tls(_) => true,
        _ => false,
    }
}

/// PostgreSQL's error codes (appendix A): a standby, or one that has become one; an operator's
/// shutdown, a crash, and one that starts; connections that break.
fn away(code: &str) -> bool {
    matches!(code, "25006" | "57P01" | "57P02" | "57P03") || code.starts_with("08")
}

impl From<sqlx::Error> for Internal {
    fn from(e: sqlx::Error) -> Self {
        Self::new(e)
    }
}

impl From<serde_json::Error> for Internal {
    fn from(e: serde_json::Error) -> Self {
        Self::new(e)
    }
}

/// The pool, the clock, and the bells that wake relay and runner after a commit. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    clock: Clock,
    recorded: Arc<Notify>,
    queued: Arc<Notify>,
}

impl Db {
    /// A database read and written through `pool`, at the time told by `clock`.
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self {
            pool,
            clock,
            recorded: Arc::new(Notify::new()),
            queued: Arc::new(Notify::new()),
        }
    }

    /// For queries that need no transaction.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The clock that every handler goes by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The time now.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Begins a transaction; dropping it rolls back.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        Ok(Tx {
            inner: self.pool.begin().await?,
            clock: self.clock.clone(),
            now: self.clock.now(),
            recorded: Vec::new(),
            bell: self.recorded.clone(),
            jobs_bell: self.queued.clone(),
            queued: false,
        })
    }

    /// Resolves after the next commit, in this process, that recorded an event, or after
    /// [`Self::wake_relay`].
    pub async fn event_recorded(&self) {
        self.recorded.notified().await;
    }

    /// For events that were recorded elsewhere, or whose time has come.
    pub fn wake_relay(&self) {
        self.recorded.notify_one();
    }

    /// Resolves after the next commit, in this process, that queued a job, or after [`Self::wake_runner`].
    pub async fn job_queued(&self) {
        self.queued.notified().await;
    }

    /// For jobs that were queued elsewhere, or whose time has come.
    pub fn wake_runner(&self) {
        self.queued.notify_one();
    }
}

/// A transaction with one time for all that it does.
pub struct Tx {
    inner: sqlx::Transaction<'static, Postgres>,
    clock: Clock,
    now: OffsetDateTime,
    recorded: Vec<outbox::New>,
    bell: Arc<Notify>,
    jobs_bell: Arc<Notify>,
    queued: bool,
}

impl Tx {
    /// The time of everything in this transaction.
    pub fn now(&self) -> OffsetDateTime {
        self.now
    }

    /// A fresh id.
    pub fn new_id(&self) -> Uuid {
        self.clock.uuid()
    }

    /// The connection, for SQL.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// Records an event: it is published if and only if this transaction commits. All of a transaction are
    /// written together, right before its commit.
    ///
    /// # Errors
    /// When the event cannot be serialised.
    pub fn record<E: Event>(&mut self, event: &E) -> Result<(), Internal> {
        let new = outbox::New::of(self.new_id(), event)?;
        self.recorded.push(new);
        Ok(())
    }

    /// The commit will wake the runner of jobs.
    pub(super) fn ring_for_jobs(&mut self) {
        self.queued = true;
    }

    /// Commits, and wakes the relay when events were recorded, the runner when jobs were queued.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        let events = std::mem::take(&mut self.recorded);
        let recorded = !events.is_empty();
        if recorded {
            outbox::insert(&mut self.inner, self.now, events).await?;
        }
        self.inner.commit().await?;
        if recorded {
            self.bell.notify_one();
        }
        if self.queued {
            self.jobs_bell.notify_one();
        }
        Ok(())
    }
}

/// Turns the violation of a named constraint into a domain error.
pub trait OnConstraint<T> {
    /// Maps a violation of the constraint `name`; any other error stays as it is.
    fn on_constraint<E: From<sqlx::Error>>(
        self,
        name: &str,
        to: impl FnOnce() -> E,
    ) -> Result<T, E>;
}

impl<T> OnConstraint<T> for Result<T, sqlx::Error> {
    fn on_constraint<E: From<sqlx::Error>>(
        self,
        name: &str,
        to: impl FnOnce() -> E,
    ) -> Result<T, E> {
        self.map_err(|e| match &e {
            sqlx::Error::Database(db) if db.constraint() == Some(name) => to(),
            _ => e.into(),
        })
    }
}
