use kernel::Actor;
use payments::{
    Error, SubscriptionState,
    billing::{
        Dunning,
        commands::{cancel_plan, change_plan, close_customer},
        queries::my_subscription,
    },
};
use sqlx::PgPool;
use time::{Duration, macros::datetime};

use crate::support::{START, Site, site};

async fn state(site: &Site, actor: Actor) -> (SubscriptionState, Option<String>, bool) {
    let view = my_subscription(&site.db, actor).await.expect("an answer");
    let view = view.expect("a subscription");
    (view.state, view.plan.map(|plan| plan.code), view.cancels)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_plan_gives_its_allowance_each_month(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 12_000_000);
    assert_eq!(
        state(&site, actor).await,
        (SubscriptionState::Active, Some("plus".into()), false)
    );
    site.advance_to(datetime!(2026-04-02 12:00 UTC)).await;
    site.tell_all().await;
    // The clock of the site stands still, so that the first month's has not expired.
    assert_eq!(site.credit(user).await, 24_000_000);
    site.db
        .clock()
        .advance(Duration::days(31) + Duration::hours(3));
    assert_eq!(site.credit(user).await, 12_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_dearer_plan_begins_at_once_and_gives_the_difference(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    change_plan(&site.db, &site.stripe, actor, "pro")
        .await
        .expect("changed");
    assert_eq!(state(&site, actor).await.1.as_deref(), Some("pro"));
    // At the first second of the period: 12 less, 40 more.
    assert_eq!(site.credit(user).await, 40_000_000);
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 40_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_declined_upgrade_changes_nothing(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    site.card(user, false).await;
    let declined = change_plan(&site.db, &site.stripe, actor, "pro").await;
    assert!(matches!(declined, Err(Error::Declined)), "{declined:?}");
    site.tell_all().await;
    assert_eq!(state(&site, actor).await.1.as_deref(), Some("plus"));
    assert_eq!(site.credit(user).await, 12_000_000);
    // With another card it goes well: a refusal is not remembered.
    site.card(user, true).await;
    change_plan(&site.db, &site.stripe, actor, "pro")
        .await
        .expect("changed");
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_cheaper_plan_keeps_what_was_paid_for(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "pro").await;
    site.tell_all().await;
    change_plan(&site.db, &site.stripe, actor, "plus")
        .await
        .expect("changed");
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 40_000_000);
    site.advance_to(datetime!(2026-04-02 12:00 UTC)).await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 52_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_plan_that_is_cancelled_ends_with_its_period_and_can_go_on_after_all(pool: PgPool) {
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    for cancel in [true, false, true] {
        cancel_plan(&site.db, &site.stripe, actor, cancel)
            .await
            .expect("asked");
        assert_eq!(state(&site, actor).await.2, cancel);
    }
    site.advance_to(datetime!(2026-04-02 12:00 UTC)).await;
    site.tell_all().await;
    assert_eq!(state(&site, actor).await.0, SubscriptionState::Ended);
    assert_eq!(site.dunning().await, [], "nobody failed to pay");
    let over = cancel_plan(&site.db, &site.stripe, actor, false).await;
    assert!(matches!(over, Err(Error::NotFound)), "{over:?}");
    // Another can be bought.
    site.pay(actor, "pro").await;
    site.tell_all().await;
    assert_eq!(state(&site, actor).await.0, SubscriptionState::Active);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_unpaid_renewal_is_told_and_ends_the_plan_after_its_grace(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    site.card(user, false).await;
    site.advance_to(datetime!(2026-04-01 13:00 UTC)).await;
    site.tell_all().await;
    let view = my_subscription(&site.db, actor)
        .await
        .expect("an answer")
        .expect("one");
    assert_eq!(
        (view.state, view.grace_until),
        (SubscriptionState::PastDue, Some(START + Duration::days(7)))
    );
    let told: Vec<_> = site
        .dunning()
        .await
        .iter()
        .map(|mail| (mail.user, mail.what))
        .collect();
    assert_eq!(told, [(user, Dunning::PaymentFailed)]);
    assert_eq!(
        site.credit(user).await,
        12_000_000,
        "nothing for what is not paid"
    );
    site.db
        .clock()
        .advance(Duration::days(7) - Duration::seconds(1));
    assert_eq!(site.work().await, 0);
    site.db.clock().advance(Duration::seconds(1));
    assert_eq!(site.work().await, 1);
    assert_eq!(state(&site, actor).await.0, SubscriptionState::Ended);
    let told: Vec<_> = site.dunning().await.iter().map(|mail| mail.what).collect();
    assert_eq!(told, [Dunning::Ended]);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_renewal_that_is_paid_within_its_grace_goes_on(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    site.card(user, false).await;
    site.advance_to(datetime!(2026-04-01 13:00 UTC)).await;
    site.tell_all().await;
    site.card(user, true).await;
    // The provider tries again after three days; its webhook is lost.
    site.advance_to(datetime!(2026-04-04 13:00 UTC)).await;
    site.db.clock().advance(Duration::days(7));
    assert_eq!(site.work().await, 1);
    assert_eq!(state(&site, actor).await.0, SubscriptionState::Active);
    site.reconcile().await;
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_pays_for_two_plans(pool: PgPool) {
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    let first = site.begin(actor, "plus").await.expect("begun");
    site.pay(actor, "pro").await;
    // The page that was left open in another tab.
    let sessions = site.api("checkout/sessions").await;
    assert_eq!(sessions["data"][1]["status"], "expired");
    assert!(first.ends_with(sessions["data"][1]["id"].as_str().expect("an id")));
    site.tell_all().await;
    let again = site.begin(actor, "plus").await;
    assert!(matches!(again, Err(Error::Subscribed)), "{again:?}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn who_leaves_pays_no_longer(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    let stranger = close_customer(&site.db, &site.stripe, actor, user).await;
    assert!(matches!(stranger, Err(Error::Forbidden)), "{stranger:?}");
    close_customer(&site.db, &site.stripe, Actor::System, user)
        .await
        .expect("closed");
    let all = site.api("subscriptions?status=all").await;
    assert_eq!(all["data"][0]["status"], "canceled");
    // Their row goes; what comes late is about nobody.
    sqlx::query("delete from users where id = $1")
        .bind(user)
        .execute(site.db.pool())
        .await
        .expect("gone");
    site.tell_all().await;
    assert_eq!(site.reconcile().await, []);
}
