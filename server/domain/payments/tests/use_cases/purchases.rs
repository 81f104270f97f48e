//! Credit comes: bought, granted, by subscription.

use kernel::{Actor, UserId};
use payments::{
    Error, Grant, LotKind, Purchase, RefundPurchase, Shortfall,
    commands::{allow_in, grant, purchase_in, refund_purchase_in},
    queries::{my_balance, paid_for, payments},
};
use sqlx::PgPool;
use time::Duration;

use crate::support::*;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_bought_granted_and_allowed_can_be_spent(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    buy(&db, user, "pi_1", 1_000, 1_200).await;
    give(&db, user, 50, None, "welcome").await;
    let allowance = Purchase {
        expires_at: Some(START + Duration::days(30)),
        ..pack(user, "in_1", 2_000, 1_500)
    };
    alone(&db, async |tx| allow_in(tx, admin(), allowance).await)
        .await
        .expect("given");
    let balance = my_balance(&db, person(user)).await.expect("a balance");
    assert_eq!((balance.available, balance.held), (usd(2_750), usd(0)));
    let lots: Vec<_> = balance
        .lots
        .iter()
        .map(|lot| (lot.kind, lot.left.0))
        .collect();
    assert_eq!(
        lots,
        [
            (LotKind::Allowance, 1_500),
            (LotKind::Granted, 50),
            (LotKind::Bought, 1_200)
        ]
    );
    assert_eq!(house(&db, "stripe_clearing").await, -3_000);
    assert_eq!(house(&db, "promotional").await, -250);
    assert_eq!(house(&db, "revenue").await, 500);
    assert_eq!(
        facts(&db).await,
        ["credit_purchased", "credit_granted", "allowance_given"]
    );
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_payment_or_a_key_stands_for_one_thing(pool: PgPool) {
    let db = db(pool);
    let (ada, eve) = (somebody(&db).await, somebody(&db).await);
    buy(&db, ada, "pi_1", 1_000, 1_000).await;
    for other in [
        pack(ada, "pi_1", 1_000, 2_000),
        pack(ada, "pi_1", 2_000, 1_000),
        pack(eve, "pi_1", 1_000, 1_000),
    ] {
        let refused = alone(&db, async |tx| purchase_in(tx, Actor::System, other).await).await;
        assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    }
    let as_allowance = pack(ada, "pi_1", 1_000, 1_000);
    let refused = alone(&db, async |tx| {
        allow_in(tx, Actor::System, as_allowance).await
    })
    .await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    give(&db, ada, 5, None, "welcome").await;
    let another = Grant {
        user: ada,
        credit: usd(6),
        expires_at: None,
        key: key("welcome"),
    };
    let refused = grant(&db, Actor::System, another).await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    give(&db, eve, 6, None, "welcome").await;
    assert_eq!(credit(&db, ada).await, (1_005, 0));
    assert_eq!(
        credit(&db, eve).await,
        (6, 0),
        "another wallet's key is its own"
    );
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_operators_and_the_site_give_credit(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    for actor in [Actor::Nobody, person(user)] {
        let command = Grant {
            user,
            credit: usd(5),
            expires_at: None,
            key: key("k"),
        };
        let refused = grant(&db, actor, command).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let command = pack(user, "pi_1", 1, 1);
        let refused = alone(&db, async |tx| purchase_in(tx, actor, command).await).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let command = pack(user, "pi_1", 1, 1);
        let refused = alone(&db, async |tx| allow_in(tx, actor, command).await).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    assert_eq!(credit(&db, user).await, (0, 0));
    assert!(facts(&db).await.is_empty());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn credit_is_more_than_nothing_and_somebodys(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    for (paid, credit) in [(1, 0), (1, -1), (-1, 1)] {
        let command = pack(user, "pi_1", paid, credit);
        let refused = alone(&db, async |tx| {
            purchase_in(tx, Actor::System, command).await
        })
        .await;
        assert!(matches!(refused, Err(Error::NotPositive)), "{refused:?}");
    }
    let command = pack(UserId(id(&db)), "pi_1", 1, 1);
    let refused = alone(&db, async |tx| {
        purchase_in(tx, Actor::System, command).await
    })
    .await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn operators_see_what_became_of_payments(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 10).await;
    for n in 0..3 {
        db.clock().advance(Duration::seconds(1));
        buy(&db, user, &format!("pi_{n}"), 100, 120).await;
    }
    let command = RefundPurchase {
        payment: payment("pi_1"),
        money: usd(50),
        shortfall: Shortfall::Refuse,
        key: key("re_1"),
    };
    alone(&db, async |tx| {
        refund_purchase_in(tx, Actor::System, command).await
    })
    .await
    .expect("refunded");
    let one = paid_for(&db, admin(), &payment("pi_1"))
        .await
        .expect("answered");
    let one = one.expect("a payment");
    assert_eq!((one.user, one.kind), (Some(user), LotKind::Bought));
    assert_eq!((one.paid, one.here), (usd(100), usd(50)));
    assert_eq!((one.credit, one.left), (usd(120), usd(60)));
    let none = paid_for(&db, admin(), &payment("pi_9")).await;
    assert!(none.expect("answered").is_none());
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let some = payments(&db, Actor::System, after, 2)
            .await
            .expect("answered");
        let Some(last) = some.last() else { break };
        after = Some(last.lot);
        all.extend(some.into_iter().map(|of| of.payment.to_string()));
    }
    assert_eq!(all, ["pi_0", "pi_1", "pi_2"]);
    for actor in [Actor::Nobody, person(user)] {
        let refused = paid_for(&db, actor, &payment("pi_1")).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let refused = payments(&db, actor, None, 2).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
}
