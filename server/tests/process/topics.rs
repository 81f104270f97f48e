//! What the topics hold, compared with what was committed.

use std::{collections::HashMap, time::Duration};

use kernel::id::Uuid;
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
};
use server::events::{DOMAINS, domain, envelope, topic};
use sqlx::PgPool;

use crate::people::fresh_id;

const PATIENCE: Duration = Duration::from_secs(60);

/// The broker of the tests.
pub fn broker() -> String {
    std::env::var("KAFKA_TEST_BROKERS")
        .expect("KAFKA_TEST_BROKERS: run `scripts/kafka.sh start test` and take its `url test`")
}

/// A prefix that no other test has.
pub fn fresh_prefix() -> String {
    format!("test-{}", fresh_id())
}

/// An address on which nothing listens.
pub fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

/// How much there was.
pub struct Events {
    pub committed: usize,
    pub messages: usize,
}

/// Where a fact is looked for: its domain and its aggregate.
type Place = (String, Uuid);

/// Every committed fact is in its topic, and of each aggregate in the order of the facts: the
/// first time that each was written counts, for that is when it takes effect.
pub async fn check(pool: &PgPool, brokers: &str, prefix: &str) -> Events {
    let recorded: Vec<(String, Uuid, Uuid)> =
        sqlx::query_as("select kind, aggregate_id, id from outbox order by seq")
            .fetch_all(pool)
            .await
            .expect("the outbox");
    let committed = recorded.len();
    let mut wanted: HashMap<Place, Vec<Uuid>> = HashMap::new();
    for (kind, aggregate, id) in recorded {
        let domain = domain(&kind).expect("a domain").to_owned();
        wanted.entry((domain, aggregate)).or_default().push(id);
    }
    let (brokers, prefix) = (brokers.to_owned(), prefix.to_owned());
    let read = tokio::task::spawn_blocking(move || read_all(&brokers, &prefix));
    let read = read.await.expect("read");
    let messages = read.len();
    let mut found: HashMap<Place, Vec<Uuid>> = HashMap::new();
    for (place, id) in read {
        let list = found.entry(place).or_default();
        if !list.contains(&id) {
            list.push(id);
        }
    }
    for (place, ids) in &wanted {
        assert_eq!(found.get(place), Some(ids), "{place:?}");
    }
    assert_eq!(found.len(), wanted.len(), "what nobody committed");
    Events {
        committed,
        messages,
    }
}

fn read_all(brokers: &str, prefix: &str) -> Vec<(Place, Uuid)> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "reader")
        .set("enable.auto.commit", "false")
        .create()
        .expect("a reader");
    let mut events = Vec::new();
    for of in DOMAINS {
        let name = topic(prefix, of);
        let metadata = consumer.fetch_metadata(Some(&name), PATIENCE);
        let metadata = metadata.expect("its partitions");
        for partition in metadata.topics()[0].partitions() {
            read_partition(&consumer, &name, partition.id(), of, &mut events);
        }
    }
    events
}

fn read_partition(
    consumer: &BaseConsumer,
    name: &str,
    partition: i32,
    of: &str,
    events: &mut Vec<(Place, Uuid)>,
) {
    let ends = consumer.fetch_watermarks(name, partition, PATIENCE);
    let (first, next) = ends.expect("its ends");
    if first == next {
        return;
    }
    let mut from = TopicPartitionList::new();
    from.add_partition_offset(name, partition, Offset::Beginning)
        .expect("a position");
    consumer.assign(&from).expect("assigned");
    loop {
        let message = consumer.poll(PATIENCE).expect("in time");
        let message = message.expect("a message");
        let event = envelope::read(&message).expect("an event");
        events.push(((of.to_owned(), event.aggregate_id), event.id));
        if message.offset() + 1 >= next {
            return;
        }
    }
}
