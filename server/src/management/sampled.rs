//! What is not counted as it happens but looked up when somebody asks: the pool, the streams, the
//! process. And the sessions, which are counted in the database, once a minute.

use std::time::Duration;

use kernel::Db;
use metrics::{describe_gauge, gauge};
use metrics_process::Collector;
use tokio::time::{MissedTickBehavior, interval};

use crate::http::{health::Health, open_streams::OpenStreams};

const CONNECTIONS: &str = "parlance_database_connections";
const MAX_CONNECTIONS: &str = "parlance_database_connections_max";
const READY: &str = "parlance_ready";
const SESSIONS: &str = "parlance_sessions";
const STREAMS: &str = "parlance_streams_open";

/// How often sessions are counted.
const COUNT: Duration = Duration::from_secs(60);

/// What is looked at.
#[derive(Clone)]
pub struct Sampled {
    /// The database, and through it the pool.
    pub db: Db,
    /// What the probes ask.
    pub health: Health,
    /// Readers of answers.
    pub streams: OpenStreams,
}

impl Sampled {
    /// Says what each is, to the recorder that is installed.
    pub(super) fn describe(&self) {
        describe_gauge!(
            CONNECTIONS,
            "Database connections of this process, by state."
        );
        describe_gauge!(
            MAX_CONNECTIONS,
            "The most database connections of this process."
        );
        describe_gauge!(READY, "Whether this process can serve people: 1, or 0.");
        describe_gauge!(
            SESSIONS,
            "Signed-in browsers of the whole site, counted once a minute."
        );
        describe_gauge!(STREAMS, "Streams of answers that this process has open.");
        Collector::default().describe();
    }

    /// Looks.
    pub(super) async fn collect(&self) {
        let pool = self.db.pool();
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        let used = pool.size().saturating_sub(idle);
        gauge!(CONNECTIONS, "state" => "idle").set(idle);
        gauge!(CONNECTIONS, "state" => "used").set(used);
        gauge!(MAX_CONNECTIONS).set(pool.options().get_max_connections());
        let streams = u32::try_from(self.streams.streams()).unwrap_or(u32::MAX);
        gauge!(STREAMS).set(streams);
        gauge!(READY).set(u32::from(self.health.is_ready().await));
        Collector::default().collect();
    }

    /// Counts sessions, until it is dropped.
    pub(super) async fn count_sessions(&self) {
        let mut every = interval(COUNT);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            match auth::sessions::count(&self.db).await {
                // A gauge is a float; exact up to 2^53.
                Ok(sessions) => gauge!(SESSIONS).set(sessions as f64),
                Err(error) => tracing::debug!(%error, "could not count the sessions"),
            }
        }
    }
}
