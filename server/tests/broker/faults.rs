//! Faults on the way to the broker, injected by librdkafka's mock cluster.

use std::{collections::HashMap, time::Duration};

use kernel::id::Uuid;
use rdkafka::{mocking::MockCluster, types::RDKafkaApiKey, types::RDKafkaRespErr};
use server::{adapters::kafka::Kafka, events::DOMAINS};
use sqlx::PgPool;

use crate::support::{Site, fresh_prefix, read_all, settings};

const EVENTS: usize = 600;
const AGGREGATES: usize = 12;

/// Every event is there, and the first time that each was written is in the order of the facts.
async fn is_complete_and_in_order(site: &Site, events: &[(Uuid, Uuid)]) {
    let recorded: Vec<(Uuid, Uuid)> =
        sqlx::query_as("select aggregate_id, id from outbox order by seq")
            .fetch_all(site.db.pool())
            .await
            .expect("the outbox");
    let by_aggregate = |events: &[(Uuid, Uuid)]| {
        let mut lists: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (aggregate, id) in events {
            let list = lists.entry(*aggregate).or_default();
            if !list.contains(id) {
                list.push(*id);
            }
        }
        lists
    };
    assert_eq!(recorded.len(), EVENTS);
    assert_eq!(by_aggregate(events), by_aggregate(&recorded));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_a_broker_refuses_now_and_then_arrives_complete_and_in_order(pool: PgPool) {
    let cluster = MockCluster::new(3).expect("a mock cluster");
    let prefix = fresh_prefix();
    let kafka = Kafka::new(settings(&cluster.bootstrap_servers(), &prefix, &[]), 7);
    for domain in DOMAINS {
        cluster
            .create_topic(&kafka.topic(domain), 4, 3)
            .expect("a topic");
    }
    let site = Site::new(pool).await;
    let aggregates: Vec<Uuid> = (0..AGGREGATES).map(|_| site.fresh_id()).collect();
    site.publish(&kafka);
    use RDKafkaRespErr::{
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND as AFTER_APPEND,
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION as NOT_LEADER,
        RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT as TIMED_OUT,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED as NOT_ALLOWED,
    };
    for n in 0..EVENTS {
        match n % 150 {
            40 => cluster.request_errors(
                RDKafkaApiKey::Produce,
                &[NOT_LEADER, TIMED_OUT, AFTER_APPEND, TIMED_OUT],
            ),
            // Not tried again by librdkafka: the relay takes a new producer.
            80 => cluster.request_errors(RDKafkaApiKey::Produce, &[NOT_ALLOWED]),
            110 => cluster.broker_down(2).expect("down"),
            140 => cluster.broker_up(2).expect("up"),
            _ => {}
        }
        site.rename(aggregates[n * 7 % AGGREGATES]).await;
    }
    cluster.clear_request_errors(RDKafkaApiKey::Produce);
    site.until("select count(*) from outbox where published_at is null", 0)
        .await;
    let topic = kafka.topic("chat");
    let servers = cluster.bootstrap_servers();
    let events = tokio::task::spawn_blocking(move || read_all(&servers, &topic)).await;
    is_complete_and_in_order(&site, &events.expect("read")).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn while_the_broker_is_away_the_outbox_keeps_everything(pool: PgPool) {
    let cluster = MockCluster::new(1).expect("a mock cluster");
    let kafka = Kafka::new(
        settings(&cluster.bootstrap_servers(), &fresh_prefix(), &[]),
        7,
    );
    for domain in DOMAINS {
        cluster
            .create_topic(&kafka.topic(domain), 1, 1)
            .expect("a topic");
    }
    let site = Site::new(pool).await;
    let waiting = "select count(*) from outbox where published_at is null";
    site.publish(&kafka);
    let aggregate = site.fresh_id();
    site.rename(aggregate).await;
    site.until(waiting, 0).await;
    cluster.broker_down(1).expect("down");
    for _ in 1..EVENTS {
        site.rename(aggregate).await;
    }
    // Nothing is taken for published while nobody can have acknowledged it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(site.count(waiting).await, EVENTS as i64 - 1);
    cluster.broker_up(1).expect("up");
    site.until(waiting, 0).await;
    let (topic, servers) = (kafka.topic("chat"), cluster.bootstrap_servers());
    let events = tokio::task::spawn_blocking(move || read_all(&servers, &topic)).await;
    is_complete_and_in_order(&site, &events.expect("read")).await;
}
