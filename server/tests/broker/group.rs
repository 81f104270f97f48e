//! The site's consumers as a group.

use server::adapters::kafka::Kafka;
use sqlx::PgPool;

use crate::support::{Site, broker, fresh_prefix, read_all, settings};

const WAITING: &str = "select count(*) from outbox where published_at is null";
const HANDLED: &str = "select count(*) from inbox where consumer = 'chat.title'";

/// More than a process takes in hand at once, so that it has to pause.
const MANY: i64 = 1_500;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_has_gathered_in_outbox_and_topic_is_all_handled(pool: PgPool) {
    let site = Site::new(pool).await;
    for _ in 0..MANY {
        site.start(site.fresh_id()).await;
    }
    let kafka = Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7);
    site.publish(&kafka);
    site.until(WAITING, 0).await;
    assert_eq!(site.count(HANDLED).await, 0);
    site.consume(&kafka);
    site.until(HANDLED, MANY).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_comes_again_has_no_effect_again_and_holds_up_nothing(pool: PgPool) {
    let kafka = Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7);
    let site = Site::new(pool.clone()).await;
    site.run_with(&kafka);
    let conversation = site.fresh_id();
    site.start(conversation).await;
    site.until(HANDLED, 1).await;
    // As after a crash between the broker's acknowledgement and the note of it.
    let again = "update outbox set published_at = null where aggregate_id = $1";
    sqlx::query(again)
        .bind(conversation)
        .execute(&pool)
        .await
        .expect("forgotten");
    site.start(conversation).await;
    site.until(HANDLED, 2).await;
    site.until(WAITING, 0).await;
    let (topic, brokers) = (kafka.topic("chat"), broker());
    let read = tokio::task::spawn_blocking(move || read_all(&brokers, &topic)).await;
    let read = read.expect("read");
    assert_eq!(read.len(), 3, "the first one is there twice: {read:?}");
    assert_eq!((read[0], site.count(HANDLED).await), (read[1], 2));
    assert_eq!(site.count("select count(*) from dead_letters").await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_member_goes_on_where_one_has_left(pool: PgPool) {
    let kafka = Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7);
    let first = Site::new(pool.clone()).await;
    first.run_with(&kafka);
    let second = Site::new(pool.clone()).await;
    second.run_with(&kafka);
    for _ in 0..100 {
        first.start(first.fresh_id()).await;
    }
    second.until(HANDLED, 100).await;
    drop(first);
    for _ in 0..100 {
        second.start(second.fresh_id()).await;
    }
    second.until(HANDLED, 200).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_message_that_is_no_event_is_passed_over(pool: PgPool) {
    let (prefix, brokers) = (fresh_prefix(), broker());
    let kafka = Kafka::new(settings(&brokers, &prefix, &[("KAFKA_PARTITIONS", "1")]), 7);
    kafka.ensure_topics().await.expect("created");
    let mut kcat = tokio::process::Command::new("kcat");
    kcat.args(["-P", "-b", &brokers, "-t", &kafka.topic("chat")])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    assert!(kcat.status().await.expect("kcat is installed").success());
    let site = Site::new(pool).await;
    site.run_with(&kafka);
    site.start(site.fresh_id()).await;
    site.until(HANDLED, 1).await;
}
