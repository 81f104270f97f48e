//! Credit is held, captured and released.

use kernel::{Actor, UserId};
use payments::{
    CapPeriod, Caps, Error,
    commands::{Captured, Released, capture_in, release_abandoned, release_in, set_caps},
    queries::open_holds,
};
use sqlx::PgPool;
use time::Duration;

use crate::support::*;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_run_pays_what_it_cost_and_the_rest_comes_back(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let run = id(&db);
    assert_eq!(
        hold(&db, user, run, 400).await.expect("held").amount,
        usd(400)
    );
    assert_eq!(credit(&db, user).await, (600, 400));
    let captured = alone(&db, async |tx| capture_in(tx, end_of(user, run, 150)).await).await;
    let expected = Captured::Charged { charged: usd(150) };
    assert_eq!(captured.expect("captured"), expected);
    assert_eq!(credit(&db, user).await, (850, 0));
    assert_eq!(house(&db, "revenue").await, 150);
    assert_eq!(house(&db, "provider_cost").await, -75);
    assert_eq!(
        facts(&db).await,
        ["credit_granted", "hold_placed", "captured"]
    );
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn everything_again_does_nothing(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let (run, other) = (id(&db), id(&db));
    for _ in 0..2 {
        give(&db, user, 1_000, None, "start").await;
        hold(&db, user, run, 400).await.expect("held");
        hold(&db, user, other, 100).await.expect("held");
    }
    for price in [150, 999] {
        let captured = alone(&db, async |tx| {
            capture_in(tx, end_of(user, run, price)).await
        })
        .await;
        let first = Captured::Charged { charged: usd(150) };
        assert_eq!(captured.expect("captured"), first);
    }
    let released = alone(&db, async |tx| release_in(tx, other).await).await;
    let all = Released::Returned { amount: usd(100) };
    assert_eq!(released.expect("released"), all);
    for run in [run, other] {
        let released = alone(&db, async |tx| release_in(tx, run).await).await;
        assert_eq!(released.expect("nothing"), Released::Settled);
        let again = hold(&db, user, run, 400).await;
        assert!(matches!(again, Err(Error::Conflict)), "{again:?}");
    }
    assert_eq!(credit(&db, user).await, (850, 0));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_run_without_a_hold_is_noted_and_not_charged(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let run = id(&db);
    let captured = alone(&db, async |tx| capture_in(tx, end_of(user, run, 150)).await).await;
    assert_eq!(captured.expect("noted"), Captured::NoHold);
    let released = alone(&db, async |tx| release_in(tx, run).await).await;
    assert_eq!(released.expect("nothing"), Released::NoHold);
    assert_eq!(credit(&db, user).await, (1_000, 0));
    assert_eq!(house(&db, "provider_payable").await, 75);
    let nobody = UserId(id(&db));
    let captured = alone(&db, async |tx| {
        capture_in(tx, end_of(nobody, id(&db), 1)).await
    })
    .await;
    assert_eq!(captured.expect("nothing"), Captured::Nobody);
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_charge_beyond_the_hold_takes_what_is_there_and_no_more(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let (first, second) = (id(&db), id(&db));
    hold(&db, user, first, 100).await.expect("held");
    hold(&db, user, second, 700).await.expect("held");
    let captured = alone(&db, async |tx| {
        capture_in(tx, end_of(user, first, 5_000)).await
    })
    .await;
    let all = Captured::Charged { charged: usd(300) };
    assert_eq!(
        captured.expect("captured"),
        all,
        "the other hold is not touched"
    );
    assert_eq!(credit(&db, user).await, (0, 700));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn credit_is_spent_in_the_stated_order_and_goes_back_where_it_came_from(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    buy(&db, user, "pi_1", 100, 100).await;
    give(&db, user, 100, None, "welcome").await;
    give(&db, user, 100, Some(START + Duration::days(9)), "late").await;
    give(&db, user, 100, Some(START + Duration::days(2)), "soon").await;
    let lefts = async || -> Vec<i64> {
        let lots = balance(&db, user).await.lots;
        lots.iter().map(|lot| lot.left.0).collect()
    };
    let run = id(&db);
    hold(&db, user, run, 350).await.expect("held");
    assert_eq!(lefts().await, [50], "what was bought is left");
    alone(&db, async |tx| capture_in(tx, end_of(user, run, 120)).await)
        .await
        .expect("captured");
    assert_eq!(lefts().await, [80, 100, 100]);
    db.clock().advance(Duration::days(2));
    let run = id(&db);
    hold(&db, user, run, 81).await.expect("held");
    assert_eq!(lefts().await, [99, 100]);
    alone(&db, async |tx| release_in(tx, run).await)
        .await
        .expect("released");
    assert_eq!(lefts().await, [80, 100, 100]);
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_entries_tell_the_lots_of_a_hold_that_the_version_before_placed(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    buy(&db, user, "pi_1", 100, 100).await;
    give(&db, user, 100, None, "welcome").await;
    let (charged, returned) = (id(&db), id(&db));
    for run in [charged, returned] {
        hold(&db, user, run, 90).await.expect("held");
    }
    let before = sqlx::query("update holds set lots = null, parts = null");
    before.execute(db.pool()).await.expect("as before");
    alone(&db, async |tx| {
        capture_in(tx, end_of(user, charged, 20)).await
    })
    .await
    .expect("captured");
    alone(&db, async |tx| release_in(tx, returned).await)
        .await
        .expect("released");
    let lots = balance(&db, user).await.lots;
    let lefts: Vec<i64> = lots.iter().map(|lot| lot.left.0).collect();
    assert_eq!(
        lefts,
        [80, 100],
        "of what was granted, which is spent first"
    );
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn there_must_be_enough_and_something_to_hold(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    let refused = hold(&db, user, id(&db), 101).await;
    let Err(Error::NotEnoughCredit { available }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(available, usd(100));
    for nothing in [0, -1, i64::MIN] {
        let refused = hold(&db, user, id(&db), nothing).await;
        assert!(matches!(refused, Err(Error::NotPositive)), "{refused:?}");
    }
    let refused = hold(&db, UserId(id(&db)), id(&db), 1).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    let run = id(&db);
    hold(&db, user, run, 100).await.expect("all of it");
    let negative = alone(&db, async |tx| capture_in(tx, end_of(user, run, -1)).await).await;
    assert!(matches!(negative, Err(Error::NotPositive)), "{negative:?}");
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stranger_cannot_touch_a_run(pool: PgPool) {
    let db = db(pool);
    let (ada, eve) = (somebody_with(&db, 100).await, somebody_with(&db, 100).await);
    let run = id(&db);
    hold(&db, ada, run, 50).await.expect("held");
    let refused = hold(&db, eve, run, 50).await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    let refused = alone(&db, async |tx| capture_in(tx, end_of(eve, run, 50)).await).await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    assert_eq!(credit(&db, ada).await, (50, 50));
    assert_eq!(credit(&db, eve).await, (100, 0));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn abandoned_holds_are_found_and_released_by_the_site_only(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    let (old, young) = (id(&db), id(&db));
    hold(&db, user, old, 10).await.expect("held");
    db.clock().advance(Duration::hours(1));
    hold(&db, user, young, 10).await.expect("held");
    for actor in [Actor::Nobody, person(user)] {
        let refused = release_abandoned(&db, actor, &[old]).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let refused = open_holds(&db, actor, db.now(), 10).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
    let open = open_holds(&db, Actor::System, db.now(), 10).await;
    let open = open.expect("answered");
    assert_eq!(open, [old], "the young one is not that old");
    let unknown = id(&db);
    for released in [1, 0] {
        let done = release_abandoned(&db, Actor::System, &[old, unknown]).await;
        assert_eq!(done.expect("released"), released);
    }
    assert_eq!(credit(&db, user).await, (90, 10));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn caps_cut_a_message_down_and_refuse_what_exceeds_day_or_month(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 10_000).await;
    let caps = Caps {
        message: Some(usd(100)),
        day: Some(usd(250)),
        month: Some(usd(400)),
    };
    set_caps(&db, person(user), caps).await.expect("set");
    let spend = async |amount: i64| {
        let run = id(&db);
        let held = hold(&db, user, run, amount).await?.amount;
        let end = end_of(user, run, amount);
        let done = alone(&db, async |tx| capture_in(tx, end).await).await?;
        assert_eq!(
            done,
            Captured::Charged { charged: held },
            "not more than held"
        );
        Ok::<_, Error>(held.0)
    };
    assert_eq!(spend(5_000).await.expect("cut down"), 100);
    assert_eq!(spend(5_000).await.expect("cut down"), 100);
    let reached = |refused: Result<i64, Error>| match refused {
        Err(Error::CapReached { period, cap, used }) => (period, cap.0, used.0),
        other => panic!("{other:?}"),
    };
    assert_eq!(reached(spend(51).await), (CapPeriod::Day, 250, 200));
    assert_eq!(spend(50).await.expect("just fits"), 50);
    let held = id(&db);
    db.clock().advance(Duration::hours(12));
    hold(&db, user, held, 60).await.expect("a new day of UTC");
    assert_eq!(spend(90).await.expect("fits"), 90);
    assert_eq!(
        reached(spend(90).await),
        (CapPeriod::Month, 400, 400),
        "with what is held"
    );
    db.clock().advance(Duration::days(30));
    assert_eq!(spend(90).await.expect("a new month"), 90);
    set_caps(&db, person(user), Caps::default())
        .await
        .expect("set");
    assert_eq!(spend(5_000).await.expect("no limit"), 5_000);
    sound(&db).await;
}
