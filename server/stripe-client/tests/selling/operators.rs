use kernel::{Actor, Role, UserId, id::Uuid};
use payments::{
    Error, LineKind, MicroUsd,
    billing::commands::{DifferenceKind, OrderRefund, order_refund, reconcile},
    queries::{balance_of, my_ledger},
};
use sqlx::PgPool;

use crate::support::{START, Site, id, site, uuid};

fn admin() -> Actor {
    Actor::Person {
        user: UserId(Uuid::nil()),
        role: Role::Admin,
    }
}

/// Somebody who has bought $20 of credit; gives them and the payment.
async fn bought(site: &Site) -> (UserId, Actor, String) {
    let (user, actor) = site.somebody().await;
    let session = site.pay(actor, "pack-20").await;
    site.tell_all().await;
    let session = site.api(&format!("checkout/sessions/{session}")).await;
    let payment = session["payment_intent"].as_str().expect("paid").to_owned();
    (user, actor, payment)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_refund_takes_the_credit_at_once_and_is_paid_once(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor, payment) = bought(&site).await;
    let order = OrderRefund {
        id: uuid(&site),
        payment: id(&payment),
        money: MicroUsd(5_000_000),
    };
    for other in [actor, Actor::Nobody] {
        let refused = order_refund(&site.db, other, order.clone()).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    for _ in 0..2 {
        order_refund(&site.db, admin(), order.clone())
            .await
            .expect("ordered");
    }
    assert_eq!(site.credit(user).await, 15_000_000);
    site.work().await;
    site.tell_all().await;
    let refunds = site.api("refunds").await;
    assert_eq!(refunds["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(refunds["data"][0]["amount"], 500);
    assert_eq!(site.credit(user).await, 15_000_000);
    let too_much = OrderRefund {
        id: uuid(&site),
        money: MicroUsd(15_010_000),
        ..order.clone()
    };
    let refused = order_refund(&site.db, admin(), too_much).await;
    assert!(matches!(refused, Err(Error::TooMuch { .. })), "{refused:?}");
    let parts = OrderRefund {
        id: uuid(&site),
        money: MicroUsd(5_000),
        ..order
    };
    let refused = order_refund(&site.db, admin(), parts).await;
    assert!(matches!(refused, Err(Error::NotPositive)), "{refused:?}");
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_refund_whose_job_was_lost_is_paid_by_the_reconciliation(pool: PgPool) {
    let site = site(pool).await;
    let (_, _, payment) = bought(&site).await;
    let order = OrderRefund {
        id: uuid(&site),
        payment: id(&payment),
        money: MicroUsd(5_000_000),
    };
    order_refund(&site.db, admin(), order)
        .await
        .expect("ordered");
    sqlx::query("delete from jobs")
        .execute(site.db.pool())
        .await
        .expect("lost");
    let kinds: Vec<_> = site
        .reconcile()
        .await
        .iter()
        .map(|d| (d.kind, d.is_repaired))
        .collect();
    assert_eq!(kinds, [(DifferenceKind::UnpaidRefund, true)]);
    assert_eq!(site.api("refunds").await["data"][0]["amount"], 500);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_refund_made_at_the_provider_takes_the_credit(pool: PgPool) {
    let site = site(pool).await;
    let (user, _, payment) = bought(&site).await;
    site.world("refunds", &format!("payment_intent={payment}&amount=700"))
        .await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 13_000_000);
    // Also when it is told before the purchase was.
    let (later, actor) = site.somebody().await;
    let session = site.pay(actor, "pack-20").await;
    let session = site.api(&format!("checkout/sessions/{session}")).await;
    let payment = session["payment_intent"].as_str().expect("paid");
    site.world("refunds", &format!("payment_intent={payment}"))
        .await;
    for event in site.events().await.iter().rev() {
        site.deliver(event).await.expect("taken");
    }
    site.work().await;
    assert_eq!(site.credit(later).await, 0);
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_dispute_flags_the_wallet_until_it_is_won(pool: PgPool) {
    let site = site(pool).await;
    let (user, _, payment) = bought(&site).await;
    let charges = site.api(&format!("charges?payment_intent={payment}")).await;
    let charge = charges["data"][0]["id"].as_str().expect("a charge");
    let dispute = site
        .world(&format!("test_helpers/charges/{charge}/dispute"), "")
        .await;
    site.tell_all().await;
    let balance = balance_of(&site.db, Actor::System, user)
        .await
        .expect("a balance");
    assert!(balance.flagged);
    assert_eq!(balance.lots, []);
    let close = format!(
        "test_helpers/disputes/{}/close",
        dispute["id"].as_str().expect("an id")
    );
    site.world(&close, "won=true").await;
    site.tell_all().await;
    let balance = balance_of(&site.db, Actor::System, user)
        .await
        .expect("a balance");
    assert_eq!(
        (balance.flagged, balance.available),
        (false, MicroUsd(20_000_000))
    );
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_lost_dispute_of_a_renewal_takes_its_allowance(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    site.pay(actor, "plus").await;
    site.tell_all().await;
    let charges = site.api("charges").await;
    let charge = charges["data"][0]["id"].as_str().expect("a charge");
    let dispute = site
        .world(&format!("test_helpers/charges/{charge}/dispute"), "")
        .await;
    let close = format!(
        "test_helpers/disputes/{}/close",
        dispute["id"].as_str().expect("an id")
    );
    site.world(&close, "won=false").await;
    site.tell_all().await;
    let balance = balance_of(&site.db, Actor::System, user)
        .await
        .expect("a balance");
    assert_eq!((balance.flagged, balance.lots), (true, vec![]));
    site.is_right().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn credit_that_the_provider_knows_nothing_of_is_listed(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor) = site.somebody().await;
    let mut tx = site.db.begin().await.expect("a transaction");
    let purchase = payments::Purchase {
        user,
        payment: id("pi_invented"),
        paid: MicroUsd(1),
        credit: MicroUsd(1),
        expires_at: None,
    };
    payments::commands::purchase_in(&mut tx, Actor::System, purchase)
        .await
        .expect("bought");
    tx.commit().await.expect("committed");
    let found: Vec<_> = site
        .reconcile()
        .await
        .into_iter()
        .map(|d| (d.kind, d.id, d.is_repaired))
        .collect();
    assert_eq!(
        found,
        [(DifferenceKind::UnknownPayment, id("pi_invented"), false)]
    );
    for other in [actor, Actor::Nobody] {
        let refused = reconcile(&site.db, &site.stripe, other, START).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_credit_of_a_refund_that_did_not_arrive_comes_back_once(pool: PgPool) {
    let site = site(pool).await;
    let (user, actor, payment) = bought(&site).await;
    let order = |money| OrderRefund {
        id: uuid(&site),
        payment: id(&payment),
        money: MicroUsd(money),
    };
    order_refund(&site.db, admin(), order(5_000_000))
        .await
        .expect("ordered");
    site.work().await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 15_000_000);
    let refunds = site.api("refunds").await;
    let refund = refunds["data"][0]["id"].as_str().expect("a refund");
    site.world(&format!("test_helpers/refunds/{refund}/fail"), "")
        .await;
    for _ in 0..2 {
        site.tell_all().await;
        assert_eq!(site.credit(user).await, 20_000_000);
    }
    let lines = my_ledger(&site.db, actor, None).await.expect("lines");
    assert_eq!(lines.items[0].kind, LineKind::RefundReturned);
    site.is_right().await;
    // All of it is here, and all of it can be sent back.
    order_refund(&site.db, admin(), order(20_000_000))
        .await
        .expect("ordered");
    site.work().await;
    site.tell_all().await;
    assert_eq!(site.credit(user).await, 0);
    site.is_right().await;
}
