//! Many at once never spend more than there is.

use futures::future::{join, join_all};
use kernel::{Actor, Db, Tx};
use payments::{
    Caps, Dispute, Error,
    commands::{
        Captured, Hold, Released, capture_in, dispute_in, hold_in, purchase_in, release_in,
        set_caps,
    },
};
use sqlx::PgPool;

use crate::support::*;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn of_two_hundred_holds_at_once_on_credit_for_ten_exactly_ten_are_placed(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let runs: Vec<_> = (0..200).map(|_| id(&db)).collect();
    let placed = join_all(runs.iter().map(|run| hold(&db, user, *run, 100))).await;
    let (placed, refused): (Vec<_>, Vec<_>) = placed.into_iter().partition(Result::is_ok);
    assert_eq!(placed.len(), 10);
    for refusal in refused {
        let Err(Error::NotEnoughCredit { available }) = refusal else {
            panic!("{refusal:?}");
        };
        assert_eq!(available, usd(0));
    }
    assert_eq!(credit(&db, user).await, (0, 1_000));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_run_that_is_captured_and_released_at_once_is_settled_once(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let run = id(&db);
    hold(&db, user, run, 1_000).await.expect("held");
    let captures = join_all(
        (0..10).map(|_| alone(&db, async |tx| capture_in(tx, end_of(user, run, 300)).await)),
    );
    let releases = join_all((0..10).map(|_| alone(&db, async |tx| release_in(tx, run).await)));
    let (captures, releases) = futures::future::join(captures, releases).await;
    let released = releases
        .iter()
        .filter(|done| matches!(done, Ok(Released::Returned { .. })))
        .count();
    let charged = captures.iter().all(|done| match done {
        Ok(Captured::Charged { charged }) => *charged == usd(300) || released == 1,
        Ok(Captured::NoHold) => released == 1,
        _ => false,
    });
    assert!(charged, "{captures:?}");
    let left = if released == 1 { 1_000 } else { 700 };
    assert_eq!(credit(&db, user).await, (left, 0));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_payment_told_many_times_at_once_gives_credit_once(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    let told = join_all((0..50).map(|_| {
        let command = pack(user, "pi_1", 1_000, 1_000);
        alone(&db, async |tx| {
            purchase_in(tx, Actor::System, command).await
        })
    }));
    let lots: Vec<_> = told
        .await
        .into_iter()
        .map(|lot| lot.expect("done"))
        .collect();
    assert!(lots.iter().all(|lot| *lot == lots[0]));
    assert_eq!(credit(&db, user).await, (1_000, 0));
    assert_eq!(facts(&db).await, ["credit_purchased"]);
    sound(&db).await;
}

async fn until_somebody_waits(db: &Db) {
    let waiting = "select exists (select from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock')";
    let waits = async || {
        sqlx::query_scalar::<_, bool>(waiting)
            .fetch_one(db.pool())
            .await
    };
    let looked = async { while !waits().await.expect("answered") {} };
    let patience = std::time::Duration::from_secs(30);
    let looked = tokio::time::timeout(patience, looked).await;
    looked.expect("somebody waits");
}

/// Takes back what was paid by `pi_1`.
async fn disputed(tx: &mut Tx) -> Result<(), Error> {
    let command = Dispute {
        reference: payment("dp_1"),
        payment: payment("pi_1"),
        money: usd(100),
    };
    dispute_in(tx, Actor::System, command).await
}

/// What `second` gives that begins while `first` is done and not committed, and waits for it.
async fn after<A, B>(
    db: &Db,
    first: impl AsyncFnOnce(&mut Tx) -> Result<A, Error>,
    second: impl Future<Output = B>,
) -> B {
    let mut tx = db.begin().await.expect("a transaction");
    first(&mut tx).await.expect("done");
    let commit = async {
        until_somebody_waits(db).await;
        tx.commit().await.expect("committed");
    };
    join(second, commit).await.0
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_charge_waits_for_the_wallet_before_it_locks_the_hold(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let (run, other) = (id(&db), id(&db));
    hold(&db, user, run, 100).await.expect("held");
    let mut tx = db.begin().await.expect("a transaction");
    hold_in(&mut tx, user, other, usd(100)).await.expect("held");
    let end = end_of(user, run, 50);
    let charge = alone(&db, async |tx| capture_in(tx, end).await);
    let release = async {
        until_somebody_waits(&db).await;
        let released = release_in(&mut tx, run).await;
        tx.commit().await.expect("committed");
        released
    };
    let (charged, released) = join(charge, release).await;
    let all = Released::Returned { amount: usd(100) };
    assert_eq!(released.expect("no deadlock"), all);
    assert_eq!(charged.expect("no deadlock"), Captured::NoHold);
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_hold_that_waited_sees_what_the_one_before_it_took(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let (first, second) = (id(&db), id(&db));
    let take = async |tx: &mut Tx| hold_in(tx, user, first, usd(700)).await;
    let refused = after(&db, take, hold(&db, user, second, 500)).await;
    let Err(Error::NotEnoughCredit { available }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(available, usd(300));
    let take = async |tx: &mut Tx| hold_in(tx, user, second, usd(100)).await;
    let third = hold(&db, user, id(&db), 200);
    after(&db, take, third).await.expect("just fits");
    assert_eq!(credit(&db, user).await, (0, 1_000));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_hold_that_waited_sees_credit_that_came_and_a_dispute_that_was_opened(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 10).await;
    let buy = async |tx: &mut Tx| {
        let command = pack(user, "pi_1", 1_000, 1_000);
        purchase_in(tx, Actor::System, command).await
    };
    let placed = after(&db, buy, hold(&db, user, id(&db), 500)).await;
    assert_eq!(placed.expect("of both").amount, usd(500));
    let refused = after(&db, disputed, hold(&db, user, id(&db), 10)).await;
    assert!(matches!(refused, Err(Error::Flagged)), "{refused:?}");
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_hold_for_a_run_that_is_just_being_held_is_the_first_one(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let run = id(&db);
    let first = async |tx: &mut Tx| hold_in(tx, user, run, usd(700)).await;
    let again = after(&db, first, hold(&db, user, run, 300)).await;
    let stands = Hold { amount: usd(700) };
    assert_eq!(again.expect("the first one"), stands);
    let caps = Caps {
        day: Some(usd(1)),
        ..Caps::default()
    };
    set_caps(&db, person(user), caps).await.expect("set");
    let again = hold(&db, user, run, 300).await;
    assert_eq!(again.expect("whatever was decided since"), stands);
    assert_eq!(credit(&db, user).await, (300, 700));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_hold_for_a_run_that_a_stranger_is_just_holding_is_a_conflict(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    let stranger = somebody_with(&db, 1_000).await;
    let run = id(&db);
    let first = async |tx: &mut Tx| hold_in(tx, user, run, usd(1)).await;
    let refused = after(&db, first, hold(&db, stranger, run, 1)).await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    assert_eq!(credit(&db, user).await, (999, 1));
    assert_eq!(credit(&db, stranger).await, (1_000, 0));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_charge_that_waited_sees_what_became_of_its_hold_and_wallet(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    buy(&db, user, "pi_1", 1_000, 1_000).await;
    let end = async |run, price| {
        alone(&db, async |tx| {
            capture_in(tx, end_of(user, run, price)).await
        })
        .await
    };
    let (released, charged, flagged) = (id(&db), id(&db), id(&db));
    for run in [released, charged, flagged] {
        hold(&db, user, run, 50).await.expect("held");
    }
    let release = async |tx: &mut Tx| release_in(tx, released).await;
    let done = after(&db, release, end(released, 20)).await;
    assert_eq!(done.expect("noted"), Captured::NoHold);
    let charge = async |tx: &mut Tx| capture_in(tx, end_of(user, charged, 20)).await;
    let done = after(&db, charge, end(charged, 30)).await;
    let first = Captured::Charged { charged: usd(20) };
    assert_eq!(done.expect("the first one"), first);
    let done = after(&db, disputed, end(flagged, 80)).await;
    let no_more_than_held = Captured::Charged { charged: usd(50) };
    assert_eq!(done.expect("charged"), no_more_than_held);
    sound(&db).await;
}
