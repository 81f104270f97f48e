//! A topic from its beginning to its end.

use std::{collections::HashSet, sync::Arc, time::Duration};

use kernel::Recorded;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    config::FromClientConfigAndContext,
    consumer::{Consumer as _, StreamConsumer},
    error::{KafkaError, RDKafkaErrorCode},
};
use tokio::time::timeout;

use super::{Error, Kafka, Watch, apart, let_go};
use crate::{events::envelope, relay::measures};

/// For an answer of the broker.
const PATIENCE: Duration = Duration::from_secs(10);

/// A reader of all that a topic holds. It belongs to no group, and commits no position.
pub struct History {
    consumer: Arc<StreamConsumer<Watch>>,
    /// Partitions that have more.
    left: HashSet<i32>,
}

impl Kafka {
    /// Begins to read the topic of a domain.
    ///
    /// # Errors
    /// When the broker cannot be reached, or does not have the topic.
    pub async fn history(&self, domain: &str) -> Result<History, Error> {
        let mut config = self.client();
        config
            .set("group.id", format!("{}.rebuild", self.group()))
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true");
        let watch = Watch::new(measures::CONSUMER_ERRORS);
        let consumer = StreamConsumer::from_config_and_context(&config, watch)?;
        let consumer = Arc::new(consumer);
        let topic = self.topic(domain);
        let (asked, of) = (consumer.clone(), topic.clone());
        let metadata = apart(move || asked.fetch_metadata(Some(&of), PATIENCE)).await??;
        let partitions = metadata
            .topics()
            .first()
            .map_or(&[][..], |t| t.partitions());
        let left: HashSet<i32> = partitions.iter().map(|p| p.id()).collect();
        // A topic that is not there must not pass for one that is empty.
        if left.is_empty() {
            return Err(
                KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownTopicOrPartition).into(),
            );
        }
        let mut from = TopicPartitionList::new();
        for partition in &left {
            from.add_partition_offset(&topic, *partition, Offset::Beginning)?;
        }
        consumer.assign(&from)?;
        Ok(History { consumer, left })
    }
}

impl History {
    /// The next event, in order within its partition; `None` once every partition's end was reached. What
    /// is no event is passed over.
    ///
    /// # Errors
    /// When the broker cannot be reached, or does not answer for ten seconds.
    pub async fn next(&mut self) -> Result<Option<Recorded>, Error> {
        while !self.left.is_empty() {
            let received = timeout(PATIENCE, self.consumer.recv()).await;
            match received.map_err(|_| KafkaError::Canceled)? {
                Ok(message) => match envelope::read(&message) {
                    Ok(event) => return Ok(Some(event)),
                    Err(error) => {
                        let (partition, offset) = (message.partition(), message.offset());
                        tracing::error!(%error, partition, offset, "a message is passed over");
                    }
                },
                Err(KafkaError::PartitionEOF(partition)) => {
                    self.left.remove(&partition);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Lets go of the connections.
    pub async fn close(self) {
        let_go(self.consumer).await;
    }
}
