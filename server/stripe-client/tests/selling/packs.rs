use kernel::Actor;
use payments::{
    CheckoutStatus, Error, MicroUsd, Offer,
    billing::{
        commands::set_offers,
        queries::{checkout_status, offers},
    },
};
use sqlx::PgPool;

use crate::support::site;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_pack_is_credited_when_the_provider_tells_and_not_by_the_redirect(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    let session = site.pay(actor, "pack-50").await;
    let status = checkout_status(&site.db, actor, &session)
        .await
        .expect("one");
    assert_eq!((status, site.credit(user).await), (CheckoutStatus::Open, 0));
    site.tell_all().await;
    let status = checkout_status(&site.db, actor, &session)
        .await
        .expect("one");
    assert_eq!(
        (status, site.credit(user).await),
        (CheckoutStatus::Paid, 55_000_000)
    );
    // All of it once more.
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 55_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_declined_card_gives_nothing_and_another_card_pays(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    let page = site.begin(actor, "pack-5").await.expect("begun");
    site.press(&format!("{page}/decline")).await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 0);
    site.press(&format!("{page}/pay")).await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 5_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn three_d_secure_gives_nothing_before_its_second_step(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    let page = site.begin(actor, "pack-20").await.expect("begun");
    site.press(&format!("{page}/authenticate")).await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 0);
    site.press(&format!("{page}/confirm")).await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 20_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_form_that_is_sent_twice_begins_one_checkout(pool: PgPool) {
    use payments::billing::commands::begin_checkout;
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    let (_, stranger) = site.somebody().await;
    let command = site.command("pack-5");
    let first = begin_checkout(&site.db, &site.stripe, actor, command.clone()).await;
    let again = begin_checkout(&site.db, &site.stripe, actor, command.clone()).await;
    assert_eq!(first.expect("begun"), again.expect("begun"));
    let stolen = begin_checkout(&site.db, &site.stripe, stranger, command.clone()).await;
    assert!(matches!(stolen, Err(Error::Conflict)), "{stolen:?}");
    let sessions = site.api("checkout/sessions").await;
    assert_eq!(sessions["data"].as_array().map(Vec::len), Some(1));
    site.db.clock().advance(time::Duration::hours(24));
    let late = begin_checkout(&site.db, &site.stripe, actor, command).await;
    assert!(matches!(late, Err(Error::Conflict)), "{late:?}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_lost_webhook_is_made_up_for(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    let session = site.pay(actor, "pack-5").await;
    let found = site.reconcile().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].is_repaired && found[0].id.as_str() == session);
    assert_eq!(site.credit(user).await, 5_000_000);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_customer_whom_the_provider_has_lost_is_made_anew(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    sqlx::query("insert into stripe_customers values ($1, 'cus_of_another_account', now())")
        .bind(user)
        .execute(site.db.pool())
        .await
        .expect("a customer");
    site.pay(actor, "pack-5").await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 5_000_000);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_taken_out_of_the_offer_is_sold_to_nobody_else(pool: PgPool) {
    let site = site(pool).await;
    let (_, ada) = site.somebody().await;
    let before = offers(&site.db).await.expect("offers");
    assert_eq!(before.len(), 5);
    let mut left = before[1].clone();
    left.name = "Another name".to_owned();
    let only = std::slice::from_ref(&left);
    set_offers(&site.db, Actor::System, only)
        .await
        .expect("set");
    assert_eq!(offers(&site.db).await.expect("offers"), only);
    let refused = site.begin(ada, &before[0].code).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    set_offers(&site.db, Actor::System, &before)
        .await
        .expect("set");
    assert_eq!(offers(&site.db).await.expect("offers"), before);

    for stranger in [ada, Actor::Nobody] {
        let refused = set_offers(&site.db, stranger, &[]).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    for (price, credit) in [(0, 1), (10_000, 0), (10_001, 1), (-10_000, 1)] {
        let wrong = Offer {
            price: MicroUsd(price),
            credit: MicroUsd(credit),
            ..left.clone()
        };
        let refused = set_offers(&site.db, Actor::System, &[wrong]).await;
        assert!(matches!(refused, Err(Error::NotPositive)), "{refused:?}");
    }
    assert_eq!(offers(&site.db).await.expect("offers"), before);
}
