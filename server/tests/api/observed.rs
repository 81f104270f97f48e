//! What an operator sees of a running server: its log, and its metrics over HTTP.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use kernel::{Clock, Db};
use serde_json::Value;
use server::{
    http::{health::Health, open_streams::OpenStreams},
    management::{self, Sampled},
};
use sqlx::PgPool;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::subscriber::DefaultGuard;

/// The log of this thread, where a test and all tasks of its server run.
pub struct Logs {
    written: Buffer,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic while writing").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Logs {
    pub fn capture() -> Self {
        let written = Buffer::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_env_filter("info,async_openai=off")
            .with_writer(move || writer.clone())
            .finish();
        Self {
            written,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// What was said of the provider in a run.
    pub fn of(&self, generation: &str) -> Vec<Value> {
        let written = self.written.0.lock().expect("no panic while writing");
        String::from_utf8_lossy(&written)
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
            .filter(|record| record["span"]["generation"] == generation)
            .filter(|record| {
                let message = record["fields"]["message"].as_str();
                message.is_some_and(|m| m.starts_with("the provider failed"))
            })
            .collect()
    }
}

/// The metrics of this process, all tests together: each test counts under a model of its own.
pub struct Metrics {
    addr: SocketAddr,
    _stop: DropGuard,
}

/// As Prometheus reads them.
pub struct Exposition(String);

/// What is looked up when somebody asks, of this database.
pub fn sampled(pool: &PgPool) -> Sampled {
    Sampled {
        db: Db::new(pool.clone(), Clock::system()),
        health: Health::new(pool.clone()),
        streams: OpenStreams::default(),
    }
}

impl Metrics {
    pub async fn begin(pool: &PgPool) -> Self {
        let stop = CancellationToken::new();
        let local = Some(([127, 0, 0, 1], 0).into());
        let addr = management::start(local, sampled(pool), stop.clone()).await;
        Self {
            addr: addr.expect("a free port").expect("an address"),
            _stop: stop.drop_guard(),
        }
    }

    pub async fn read(&self) -> Exposition {
        let response = reqwest::get(format!("http://{}/metrics", self.addr)).await;
        let text = response.expect("an answer").text().await;
        Exposition(text.expect("a text"))
    }
}

impl Exposition {
    /// A count; what was never counted is 0.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> u32 {
        let of = |line: &&str| {
            line.starts_with(&format!("{name}{{"))
                && labels
                    .iter()
                    .all(|(label, value)| line.contains(&format!("{label}=\"{value}\"")))
        };
        let line = self.0.lines().find(of);
        line.and_then(|line| line.rsplit_once(' '))
            .map_or(0, |(_, value)| value.parse().expect("a whole number"))
    }
}
