//! Many at once never spend more than there is.

use futures::future::join_all;
use kernel::Actor;
use payments::{
    Error,
    commands::{Captured, Released, capture_in, purchase_in, release_in},
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
