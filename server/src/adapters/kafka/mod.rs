//! The message broker, by librdkafka: Redpanda, or anything else that speaks Kafka's protocol.
//! Nothing of it exists while no broker is configured.

mod history;
pub mod producer;
mod topics;
mod watch;

use rdkafka::{ClientConfig, error::KafkaError};
use secrecy::ExposeSecret;

pub use history::History;
pub use watch::Watch;

use crate::{
    config::Broker,
    events::{DOMAINS, topic},
};

/// A broker that is configured; no connection is made before something asks for one.
#[derive(Debug, Clone)]
pub struct Kafka {
    broker: Broker,
    retention_days: u32,
}

/// The broker cannot be used; what asked tries again later.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// librdkafka says so.
    #[error("the broker: {0}")]
    Kafka(#[from] KafkaError),
    /// A topic is not there and cannot be created.
    #[error("the topic {topic} cannot be created: {reason}")]
    Topic {
        /// Which.
        topic: String,
        /// In the broker's words.
        reason: String,
    },
}

impl Kafka {
    /// A broker whose topics keep events for so long.
    pub fn new(broker: Broker, retention_days: u32) -> Self {
        Self {
            broker,
            retention_days,
        }
    }

    /// Names the site in `ce_source`.
    pub fn source(&self) -> String {
        format!("/{}", self.broker.prefix)
    }

    /// The topic of a domain.
    pub fn topic(&self, domain: &str) -> String {
        topic(&self.broker.prefix, domain)
    }

    /// All topics.
    pub fn topics(&self) -> Vec<String> {
        DOMAINS.iter().map(|domain| self.topic(domain)).collect()
    }

    /// The consumer group of the site's own consumers.
    pub fn group(&self) -> String {
        format!("{}.site", self.broker.prefix)
    }

    /// What every client has in common.
    pub fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        let security = &self.broker.security;
        config
            .set("bootstrap.servers", &self.broker.brokers)
            .set("client.id", "parlance")
            .set("security.protocol", security.protocol)
            .set("socket.keepalive.enable", "true")
            // Delivered at once: events are small and few, and people wait for some of them.
            .set("socket.nagle.disable", "true")
            // After an outage: soon, without hammering on a cluster that starts.
            .set("reconnect.backoff.max.ms", "2000")
            .set("allow.auto.create.topics", "false");
        if let Some(login) = &security.login {
            config
                .set("sasl.mechanism", login.mechanism)
                .set("sasl.username", &login.username)
                .set("sasl.password", login.password.expose_secret());
        }
        if let Some(file) = &security.ca_file {
            config.set("ssl.ca.location", file);
        }
        if let Some((certificate, key)) = &security.certificate {
            config
                .set("ssl.certificate.location", certificate)
                .set("ssl.key.location", key);
        }
        config
    }
}

/// Runs what blocks in librdkafka on a thread of its own: unlike tokio's, a process that ends does
/// not wait for it.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, KafkaError> {
    let (done, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = done.send(work());
    });
    wait.await.map_err(|_| KafkaError::Canceled)
}

/// Lets go of something of librdkafka's, which waits for its threads.
pub(crate) async fn let_go<T: Send + 'static>(of: T) {
    let _ = apart(move || drop(of)).await;
}
