use kernel::{Actor, UserId};
use payments::billing::{
    commands::{cancel_plan, change_plan},
    queries::my_subscription,
};
use serde_json::Value;
use sqlx::PgPool;
use time::macros::datetime;

use crate::support::{Site, site};

/// So many of the 5,040 orders are tried here; all of them are in the unit tests of the rule.
const SAMPLE: usize = 12;

/// The kinds of a life's events that change something here.
const KINDS: [&str; 5] = [
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "invoice.paid",
];

/// Begins a life: a plan that is paid for, and nobody tells the site.
async fn begin_life(site: &Site) -> (UserId, Actor) {
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    (user, actor)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_events_of_a_life_end_the_same_in_any_order(pool: PgPool) {
    let site = site(pool).await;
    let mut people = Vec::new();
    for _ in 0..SAMPLE {
        people.push(begin_life(&site).await);
    }
    let may = datetime!(2026-05-01 0:00 UTC).unix_timestamp();
    // Who changes a plan has seen it. The renewal and the end are told by events only.
    site.reconcile().await;
    for (_, actor) in &people {
        change_plan(&site.db, &site.stripe, *actor, "pro")
            .await
            .expect("changed");
    }
    site.advance_to(datetime!(2026-04-02 12:00 UTC)).await;
    for (_, actor) in &people {
        cancel_plan(&site.db, &site.stripe, *actor, true)
            .await
            .expect("cancelled");
    }
    // Stripe keeps events for 30 days.
    let mut events = site.events().await;
    let told = events.len();
    site.advance_to(datetime!(2026-05-02 12:00 UTC)).await;
    let later = site.events().await;
    events.extend(
        later
            .into_iter()
            .filter(|event| event["created"].as_i64() > Some(may)),
    );
    assert!(events.len() > told);
    let mut ends = Vec::new();
    for (number, (user, actor)) in people.iter().enumerate() {
        let customer = site.customer(*user).await;
        let mine = |event: &&Value| {
            let kind = event["type"].as_str().unwrap_or_default();
            event["data"]["object"]["customer"] == *customer && KINDS.contains(&kind)
        };
        let mut life: Vec<&Value> = events.iter().filter(mine).collect();
        shuffle(&mut life, number);
        for event in life.iter().chain(&life) {
            site.deliver(event).await.expect("taken");
            site.work().await;
        }
        let view = my_subscription(&site.db, *actor)
            .await
            .expect("an answer")
            .expect("one");
        ends.push((
            view.state,
            view.cancels,
            view.plan,
            site.credit(*user).await,
        ));
    }
    let first = ends[0].clone();
    assert_eq!(
        first.3, 80_000_000,
        "12, 28 more for the change, 40 for the renewal"
    );
    assert!(ends.iter().all(|end| *end == first), "{ends:?}");
    site.is_right().await;
}

/// The order of this number: a linear congruential generator, so that a failure can be repeated.
fn shuffle(events: &mut [&Value], number: usize) {
    let mut state = number.wrapping_mul(2_654_435_761) + 1;
    for last in (1..events.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        events.swap(last, (state >> 33) % (last + 1));
    }
}
