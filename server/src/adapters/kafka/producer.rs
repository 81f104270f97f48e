//! Writes events to their topics, in order for each aggregate.

use std::collections::HashSet;

use kernel::{Recorded, id::Uuid};
use rdkafka::{
    config::FromClientConfigAndContext,
    error::{KafkaError, RDKafkaErrorCode},
    producer::{FutureProducer, FutureRecord},
};

use super::{Error, Kafka, Watch};
use crate::{
    events::{domain, envelope},
    relay::measures,
};

/// A connection that writes. When it has failed, it is of no more use: take a new one.
pub struct Producer {
    kafka: Kafka,
    /// There until it is dropped.
    inner: Option<FutureProducer<Watch>>,
    watch: Watch,
}

/// What came of writing a batch.
#[derive(Debug, Default)]
pub struct Sent {
    /// Events that every replica in sync has, and nothing earlier of their aggregates is missing.
    pub acknowledged: Vec<Uuid>,
    /// Why others are not, if any are not.
    pub failure: Option<KafkaError>,
}

impl Kafka {
    /// A new connection that writes.
    ///
    /// An idempotent producer with all replicas' acknowledgement: the broker drops what was sent
    /// twice and refuses what would leave a gap. Nothing is given up by time, so that an event
    /// cannot overtake an earlier one of its partition: while the broker is away, all of them wait.
    ///
    /// # Errors
    /// When the settings are of no use.
    pub fn producer(&self) -> Result<Producer, Error> {
        let mut config = self.client();
        config
            .set("enable.idempotence", "true")
            .set("enable.gapless.guarantee", "true")
            .set("acks", "all")
            .set("message.timeout.ms", "0")
            .set("linger.ms", "1")
            .set("compression.type", "lz4")
            // By the key's murmur2 hash, as other clients do it.
            .set("partitioner", "murmur2_random")
            .set("retry.backoff.ms", "50");
        let watch = Watch::new(measures::ERRORS);
        let inner = FutureProducer::from_config_and_context(&config, watch.clone())?;
        Ok(Producer {
            kafka: self.clone(),
            inner: Some(inner),
            watch,
        })
    }
}

impl Producer {
    /// Writes events in this order, and waits until all of them are written or have failed: while
    /// the broker is away, for as long as that takes.
    pub async fn send(&self, events: &[Recorded]) -> Sent {
        let source = self.kafka.source();
        let mut under_way = Vec::with_capacity(events.len());
        for event in events {
            under_way.push((event, self.begin(event, &source)));
        }
        let mut sent = Sent::default();
        // What follows a failed event of the same aggregate comes again behind it.
        let mut broken = HashSet::new();
        for (event, delivery) in under_way {
            let result = match delivery {
                Ok(delivery) => match delivery.await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err((error, _))) => Err(error),
                    Err(_) => Err(KafkaError::Canceled),
                },
                Err(error) => Err(error),
            };
            match result {
                Ok(()) if !broken.contains(&event.aggregate_id) => {
                    sent.acknowledged.push(event.id);
                }
                Ok(()) => {}
                Err(error) => {
                    broken.insert(event.aggregate_id);
                    sent.failure = Some(error);
                }
            }
        }
        if !sent.acknowledged.is_empty() {
            self.watch.well();
        }
        sent
    }

    fn begin(
        &self,
        event: &Recorded,
        source: &str,
    ) -> Result<rdkafka::producer::DeliveryFuture, KafkaError> {
        let domain = domain(&event.kind).ok_or(KafkaError::MessageProduction(
            RDKafkaErrorCode::UnknownTopic,
        ))?;
        let (topic, key) = (self.kafka.topic(domain), event.aggregate_id.to_string());
        let payload = event.data.to_string();
        let record = FutureRecord::to(&topic)
            .key(&key)
            .payload(&payload)
            .headers(envelope::headers(source, event));
        let inner = self.inner.as_ref().ok_or(KafkaError::Canceled)?;
        inner.send_result(record).map_err(|(error, _)| error)
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        // What was not acknowledged is still in the outbox.
        let inner = self.inner.take();
        std::thread::spawn(move || drop(inner));
    }
}
