//! Read models made anew from the topic, while the site goes on.

use chat::events::{GenerationFinished, Outcome};
use kernel::UserId;
use server::{
    adapters::kafka::Kafka,
    consumers::rebuild::{Projection, rebuild},
};
use sqlx::PgPool;

use crate::support::{Site, broker, fresh_prefix, settings};

const RUNS: &str = "select coalesce(sum(runs), 0)::bigint from usage_by_day";
const TOKENS: &str = "select coalesce(sum(output_tokens), 0)::bigint from usage_by_day";

async fn finish(site: &Site, output_tokens: i64) {
    let event = GenerationFinished {
        conversation_id: site.fresh_id().into(),
        user_id: UserId(site.fresh_id()),
        generation_id: site.fresh_id().into(),
        model_id: site.fresh_id().into(),
        outcome: Outcome::Completed,
        input_tokens: 10,
        output_tokens,
        usage_estimated: false,
        cost: Some(7),
    };
    let mut tx = site.db.begin().await.expect("a transaction");
    tx.record(&event).expect("recorded");
    tx.commit().await.expect("committed");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_read_model_made_anew_is_as_it_was_and_goes_on(pool: PgPool) {
    let kafka = Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7);
    let site = Site::new(pool.clone()).await;
    site.run_with(&kafka);
    for tokens in 1..=50 {
        finish(&site, tokens).await;
    }
    site.until(RUNS, 50).await;
    // Whatever went wrong with it.
    sqlx::query("update usage_by_day set output_tokens = 0, runs = 3")
        .execute(&pool)
        .await
        .expect("spoiled");
    let added = rebuild(&site.db, &kafka, Projection::Usage).await;
    assert_eq!(added.expect("rebuilt"), 50);
    assert_eq!(site.count(RUNS).await, 50);
    assert_eq!(site.count(TOKENS).await, 50 * 51 / 2);
    finish(&site, 1_000).await;
    site.until(RUNS, 51).await;
    assert_eq!(site.count(TOKENS).await, 50 * 51 / 2 + 1_000);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_consumed_meanwhile_is_neither_lost_nor_added_twice(pool: PgPool) {
    let kafka = Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7);
    let site = Site::new(pool.clone()).await;
    site.run_with(&kafka);
    let writing = async {
        for _ in 0..300 {
            finish(&site, 1).await;
        }
    };
    let rebuilding = async {
        let begun = "select (count(*) > 20)::int::bigint from inbox where consumer = 'chat.usage'";
        site.until(begun, 1).await;
        for _ in 0..3 {
            rebuild(&site.db, &kafka, Projection::Usage)
                .await
                .expect("rebuilt");
        }
    };
    tokio::join!(writing, rebuilding);
    site.until(RUNS, 300).await;
    assert_eq!(site.count(TOKENS).await, 300);
    let inbox = "select count(*) from inbox where consumer = 'chat.usage'";
    assert_eq!(site.count(inbox).await, 300);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_its_broker_the_read_model_stays_as_it_is(pool: PgPool) {
    let site = Site::new(pool.clone()).await;
    site.run_in_process();
    finish(&site, 5).await;
    site.until(RUNS, 1).await;
    let away = Kafka::new(settings("127.0.0.1:1", &fresh_prefix(), &[]), 7);
    let refused = rebuild(&site.db, &away, Projection::Usage).await;
    assert!(refused.is_err());
    assert_eq!((site.count(RUNS).await, site.count(TOKENS).await), (1, 5));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_topic_that_is_not_there_does_not_pass_for_an_empty_one(pool: PgPool) {
    let kafka = Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7);
    let site = Site::new(pool).await;
    site.run_with(&kafka);
    finish(&site, 5).await;
    site.until(RUNS, 1).await;
    let elsewhere = Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7);
    let refused = rebuild(&site.db, &elsewhere, Projection::Usage).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(site.count(TOKENS).await, 5);
}
