use std::time::Instant;

use futures::{StreamExt, stream};
use sqlx::PgPool;

use crate::support::site;

const PURCHASES: usize = 1_000;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_thousand_webhooks_at_once_each_twice_credit_everybody_once(pool: PgPool) {
    let site = site(pool).await;
    let people: Vec<_> = stream::iter(0..PURCHASES)
        .map(|_| async {
            let (user, actor) = site.somebody().await;
            site.pay(actor, "pack-5").await;
            user
        })
        .buffer_unordered(8)
        .collect()
        .await;
    let mut events = site.events().await;
    events.retain(|event| event["type"] == "checkout.session.completed");
    assert_eq!(events.len(), PURCHASES);

    let twice = events.iter().chain(&events);
    let mut took: Vec<_> = stream::iter(twice)
        .map(|event| async {
            let begun = Instant::now();
            site.deliver(event).await.expect("taken");
            begun.elapsed()
        })
        .buffer_unordered(8)
        .collect()
        .await;
    took.sort();
    println!(
        "{} deliveries, p50 {:?}, p99 {:?}",
        took.len(),
        took[took.len() / 2],
        took[took.len() * 99 / 100]
    );

    assert_eq!(site.work().await, PURCHASES, "one job for each event");
    for user in people {
        assert_eq!(site.credit(user).await, 5_000_000);
    }
    let waiting: i64 =
        sqlx::query_scalar("select count(*) from webhook_inbox where processed_at is null")
            .fetch_one(site.db.pool())
            .await
            .expect("a count");
    assert_eq!(waiting, 0);
}
