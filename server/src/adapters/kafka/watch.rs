//! What librdkafka has to tell of its own accord.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use metrics::{counter, gauge};
use rdkafka::{
    ClientContext, Statistics, config::RDKafkaLogLevel, consumer::ConsumerContext,
    error::KafkaError,
};

use crate::relay::measures;

/// Counts a client's errors, and logs the first of a row: while a broker is away, librdkafka tells
/// so with every try.
#[derive(Debug, Clone)]
pub struct Watch {
    counter: &'static str,
    away: Arc<AtomicBool>,
}

impl Watch {
    /// Counts errors by the counter of this name.
    pub fn new(counter: &'static str) -> Self {
        Self {
            counter,
            away: Arc::default(),
        }
    }

    /// Something went through: the next error is news again.
    pub fn well(&self) {
        if self.away.swap(false, Ordering::Relaxed) {
            tracing::info!("the broker is back");
        }
    }
}

impl ClientContext for Watch {
    fn error(&self, error: KafkaError, reason: &str) {
        counter!(self.counter).increment(1);
        if !self.away.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, reason, "the broker cannot be reached; trying again until it can");
        }
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
                tracing::error!(facility, message, "librdkafka");
            }
            // Told again by `error`, which does not repeat itself.
            _ => tracing::debug!(facility, message, "librdkafka"),
        }
    }

    // Only of a client that `statistics.interval.ms` is set for: the consumer.
    fn stats(&self, statistics: Statistics) {
        gauge!(measures::CONSUMER_LAG).set(lag(&statistics) as f64);
    }
}

/// How many messages the partitions of this process have beyond those that are handled; librdkafka says -1 of what it
/// does not know, as of other processes' partitions.
fn lag(statistics: &Statistics) -> i64 {
    let topics = statistics.topics.values();
    let partitions = topics.flat_map(|topic| topic.partitions.values());
    partitions
        .map(|partition| partition.consumer_lag.max(0))
        .sum()
}

impl ConsumerContext for Watch {}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rdkafka::statistics::{Partition, Topic};

    use super::*;

    fn topic(lags: &[i64]) -> Topic {
        let partition = |consumer_lag| Partition {
            consumer_lag,
            ..Partition::default()
        };
        let partitions = (0..).zip(lags.iter().copied().map(partition));
        Topic {
            partitions: partitions.collect(),
            ..Topic::default()
        }
    }

    #[test]
    fn the_lag_is_that_of_the_partitions_of_this_process() {
        let topics = [("a", &[3, -1][..]), ("b", &[0, 4]), ("c", &[-1])];
        let topics = topics.map(|(name, lags)| (name.to_owned(), topic(lags)));
        let statistics = Statistics {
            topics: HashMap::from(topics),
            ..Statistics::default()
        };
        assert_eq!(lag(&statistics), 7);
        assert_eq!(lag(&Statistics::default()), 0);
    }
}
