//! The topics, created where they are missing.

use std::{collections::HashSet, sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    config::FromClientConfigAndContext,
    error::RDKafkaErrorCode,
    metadata::MetadataTopic,
};

use super::{Error, Kafka, Watch, apart, let_go};
use crate::relay::measures;

const PATIENCE: Duration = Duration::from_secs(10);

impl Kafka {
    /// Creates the topics that are missing. One that is there stays as it is: its partitions decide
    /// where an aggregate's events are, and its retention is the operator's.
    ///
    /// # Errors
    /// When the broker cannot be reached, or a topic is missing and may not be created.
    pub async fn ensure_topics(&self) -> Result<(), Error> {
        let config: ClientConfig = self.client();
        let watch = Watch::new(measures::ERRORS);
        let admin = AdminClient::from_config_and_context(&config, watch)?;
        let admin = Arc::new(admin);
        let ensured = self.create_missing(&admin).await;
        let_go(admin).await;
        ensured
    }

    async fn create_missing(&self, admin: &Arc<AdminClient<Watch>>) -> Result<(), Error> {
        let missing = self.missing(admin).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let retention = (u64::from(self.retention_days) * 86_400_000).to_string();
        let wanted: Vec<_> = missing
            .iter()
            .map(|name| {
                let replication = TopicReplication::Fixed(self.broker.replication);
                NewTopic::new(name, self.broker.partitions, replication)
                    .set("cleanup.policy", "delete")
                    .set("retention.ms", &retention)
            })
            .collect();
        let options = AdminOptions::new()
            .request_timeout(Some(PATIENCE))
            .operation_timeout(Some(PATIENCE));
        for created in admin.create_topics(&wanted, &options).await? {
            match created {
                Ok(topic) => tracing::info!(topic, "created a topic"),
                // By another process, just now.
                Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, code)) => {
                    return Err(Error::Topic {
                        topic,
                        reason: code.to_string(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The topics that are not there. Asking first spares the right to create topics where somebody
    /// else has done so.
    async fn missing(&self, admin: &Arc<AdminClient<Watch>>) -> Result<Vec<String>, Error> {
        let admin = admin.clone();
        // librdkafka blocks the thread while it asks.
        let asked = apart(move || admin.inner().fetch_metadata(None, PATIENCE)).await;
        let there = asked??;
        let there: HashSet<&str> = there.topics().iter().map(MetadataTopic::name).collect();
        let mut topics = self.topics();
        topics.retain(|topic| !there.contains(topic.as_str()));
        Ok(topics)
    }
}
