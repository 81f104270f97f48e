//! Money and charges go back.

use kernel::Actor;
use payments::{
    Error, RefundCharge, RefundPurchase, Shortfall,
    commands::{capture_in, refund_charge, refund_purchase_in, return_refund_in},
};
use sqlx::PgPool;
use time::Duration;

use crate::support::*;

fn back(paid_by: &str, money: i64, shortfall: Shortfall, named: &str) -> RefundPurchase {
    RefundPurchase {
        payment: payment(paid_by),
        money: usd(money),
        shortfall,
        key: key(named),
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn money_goes_back_for_the_credit_that_is_left_and_no_more(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    buy(&db, user, "pi_1", 1_000, 1_200).await;
    let run = id(&db);
    hold(&db, user, run, 300).await.expect("held");
    let end = end_of(user, run, 300);
    alone(&db, async |tx| capture_in(tx, end).await)
        .await
        .expect("captured");
    let refund = async |command: RefundPurchase| {
        alone(&db, async |tx| {
            refund_purchase_in(tx, Actor::System, command).await
        })
        .await
    };
    let refused = refund(back("pi_1", 751, Shortfall::Refuse, "re_1")).await;
    let Err(Error::TooMuch { left }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(left, usd(750), "what 900 of 1,200 stands for");
    for _ in 0..2 {
        let done = refund(back("pi_1", 500, Shortfall::Refuse, "re_1")).await;
        assert_eq!(done.expect("refunded").credit, usd(600));
    }
    assert_eq!(credit(&db, user).await, (300, 0));
    let done = refund(back("pi_1", 500, Shortfall::HouseBears, "re_2")).await;
    assert_eq!(done.expect("refunded").credit, usd(300));
    assert_eq!(credit(&db, user).await, (0, 0));
    assert_eq!(house(&db, "stripe_clearing").await, 0);
    assert_eq!(house(&db, "refunds").await, -200, "the house bears it");
    let refused = refund(back("pi_1", 1, Shortfall::HouseBears, "re_3")).await;
    assert!(matches!(refused, Err(Error::TooMuch { .. })), "{refused:?}");
    let refused = refund(back("pi_0", 1, Shortfall::HouseBears, "re_3")).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_charge_goes_back_to_its_lots_and_an_expired_one_gets_a_new_life(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    give(&db, user, 100, Some(START + Duration::days(2)), "soon").await;
    buy(&db, user, "pi_1", 100, 100).await;
    let run = id(&db);
    hold(&db, user, run, 150).await.expect("held");
    let end = end_of(user, run, 150);
    alone(&db, async |tx| capture_in(tx, end).await)
        .await
        .expect("captured");
    let refund = async |amount: Option<i64>, named: &str| {
        let command = RefundCharge {
            generation: run,
            amount: amount.map(usd),
            key: key(named),
        };
        refund_charge(&db, admin(), command).await
    };
    db.clock().advance(Duration::days(3));
    for _ in 0..2 {
        let done = refund(Some(70), "a").await.expect("refunded");
        assert_eq!(done, usd(70));
    }
    let lots = balance(&db, user).await.lots;
    let lots: Vec<_> = lots
        .iter()
        .map(|lot| (lot.left.0, lot.expires_at))
        .collect();
    let new_end = Some(START + Duration::days(33));
    assert_eq!(
        lots,
        [(20, new_end), (100, None)],
        "what was charged last comes first"
    );
    assert_eq!(refund(None, "b").await.expect("the rest"), usd(80));
    for amount in [None, Some(1)] {
        let refused = refund(amount, "c").await;
        assert!(matches!(refused, Err(Error::TooMuch { .. })), "{refused:?}");
    }
    assert_eq!(credit(&db, user).await, (200, 0));
    assert_eq!(house(&db, "revenue").await, 0);
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_was_left_of_an_expired_lot_does_not_come_back_with_a_refund(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    give(&db, user, 100, Some(START + Duration::days(2)), "soon").await;
    let run = id(&db);
    hold(&db, user, run, 60).await.expect("held");
    let end = end_of(user, run, 60);
    alone(&db, async |tx| capture_in(tx, end).await)
        .await
        .expect("captured");
    db.clock().advance(Duration::days(2));
    let command = RefundCharge {
        generation: run,
        amount: None,
        key: key("a"),
    };
    refund_charge(&db, Actor::System, command)
        .await
        .expect("refunded");
    assert_eq!(credit(&db, user).await, (60, 0));
    assert_eq!(house(&db, "expired").await, 40);
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_operators_and_the_site_give_back(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    buy(&db, user, "pi_1", 100, 100).await;
    for actor in [Actor::Nobody, person(user)] {
        let command = back("pi_1", 1, Shortfall::Refuse, "a");
        let refused = alone(&db, async |tx| refund_purchase_in(tx, actor, command).await).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let (payment, named) = (payment("pi_1"), key("a"));
        let refused = alone(&db, async |tx| {
            return_refund_in(tx, actor, &payment, &named).await
        })
        .await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let command = RefundCharge {
            generation: id(&db),
            amount: None,
            key: key("a"),
        };
        let refused = refund_charge(&db, actor, command).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    let unknown = RefundCharge {
        generation: id(&db),
        amount: None,
        key: key("a"),
    };
    let refused = refund_charge(&db, admin(), unknown).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
}
