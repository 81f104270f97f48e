use futures::future::join3;
use kernel::Actor;
use payments::{
    Error,
    billing::{
        Dunning, ProcessWebhook,
        apply::{Applied, apply_checkout, apply_subscription},
        commands::process_webhook,
        queries::my_subscription,
    },
};
use sqlx::PgPool;
use time::macros::datetime;

use crate::support::{SlowWay, id, site, unreachable};

const ROUNDS: usize = 40;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn of_several_looks_at_once_the_latest_is_kept(pool: PgPool) {
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    let list = site.api("subscriptions").await;
    let subscription = id(list["data"][0]["id"].as_str().expect("an id"));
    let path = format!("subscriptions/{subscription}");
    let look = || apply_subscription(&site.db, &site.stripe, &subscription);
    for round in 0..ROUNDS {
        let cancels = round.is_multiple_of(2);
        let change = async {
            site.world(&path, &format!("cancel_at_period_end={cancels}"))
                .await;
            look().await
        };
        let (a, b, c) = join3(look(), look(), change).await;
        for looked in [a, b, c] {
            looked.expect("looked");
        }
        let view = my_subscription(&site.db, actor).await.expect("an answer");
        assert_eq!(view.expect("one").cancels, cancels, "round {round}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answer_that_is_overtaken_on_its_way_is_not_kept(pool: PgPool) {
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    let list = site.api("subscriptions").await;
    let subscription = id(list["data"][0]["id"].as_str().expect("an id"));
    let (way, slow) = SlowWay::open(&site).await;
    let overtaken = apply_subscription(&site.db, &slow, &subscription);
    let overtaking = async {
        way.held.notified().await;
        site.world(
            &format!("subscriptions/{subscription}"),
            "cancel_at_period_end=true",
        )
        .await;
        let applied = apply_subscription(&site.db, &site.stripe, &subscription).await;
        assert_eq!(applied.expect("applied"), Applied::Changed);
        way.release.notify_one();
    };
    let (applied, ()) = futures::future::join(overtaken, overtaking).await;
    assert_eq!(applied.expect("applied"), Applied::Unchanged);
    let view = my_subscription(&site.db, actor).await.expect("an answer");
    assert!(view.expect("one").cancels);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_checkout_that_is_applied_by_many_at_once_is_credited_once(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    let session = id(&site.pay(actor, "pack-5").await);
    let all = (0..16).map(|_| apply_checkout(&site.db, &site.stripe, &session));
    let applied = futures::future::join_all(all).await;
    assert!(applied.into_iter().all(|applied| applied.is_ok()));
    let again = apply_checkout(&site.db, &site.stripe, &session).await;
    assert_eq!(again.expect("applied"), Applied::Unchanged);
    assert_eq!(site.credit(user).await, 5_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_unpaid_renewal_that_many_see_at_once_is_told_once(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    site.card(user, false).await;
    site.advance_to(datetime!(2026-04-01 13:00 UTC)).await;
    let list = site.api("subscriptions").await;
    let subscription = id(list["data"][0]["id"].as_str().expect("an id"));
    let all = (0..8).map(|_| apply_subscription(&site.db, &site.stripe, &subscription));
    for applied in futures::future::join_all(all).await {
        applied.expect("applied");
    }
    let told: Vec<_> = site.dunning().await.iter().map(|mail| mail.what).collect();
    assert_eq!(told, [Dunning::PaymentFailed]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_webhook_waits_while_the_provider_cannot_be_reached(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "pack-5").await;
    let events = site.events().await;
    let paid = events
        .iter()
        .find(|event| event["type"] == "checkout.session.completed");
    let paid = paid.expect("an event");
    site.deliver(paid).await.expect("taken");
    let event = paid["id"].as_str().expect("an id").to_owned();
    let job = ProcessWebhook { event };
    let away = process_webhook(&site.db, &unreachable(), Actor::System, &job).await;
    assert!(matches!(away, Err(Error::ProviderAway)), "{away:?}");
    let (attempts, error): (i32, Option<String>) =
        sqlx::query_as("select attempts, error from webhook_inbox where processed_at is null")
            .fetch_one(site.db.pool())
            .await
            .expect("it waits");
    assert!(attempts == 1 && error.is_some(), "{attempts} {error:?}");
    assert_eq!(site.credit(user).await, 0);
    assert_eq!(site.work().await, 1);
    assert_eq!(site.credit(user).await, 5_000_000);
}
