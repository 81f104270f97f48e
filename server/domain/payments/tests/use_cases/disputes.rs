//! Banks take payments back.

use kernel::Actor;
use payments::{
    Dispute, DisputeOutcome, Error,
    commands::{capture_in, dispute_in, release_in, resolve_dispute_in, unflag},
};
use sqlx::PgPool;

use crate::support::*;

fn dispute(reference: &str, money: i64) -> Dispute {
    Dispute {
        reference: payment(reference),
        payment: payment("pi_1"),
        money: usd(money),
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nothing_is_spent_while_a_payment_is_disputed_and_all_comes_back_when_won(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 50).await;
    buy(&db, user, "pi_1", 100, 100).await;
    let run = id(&db);
    hold(&db, user, run, 80).await.expect("held");
    for _ in 0..2 {
        let command = dispute("dp_1", 100);
        alone(&db, async |tx| dispute_in(tx, Actor::System, command).await)
            .await
            .expect("disputed");
    }
    let there = balance(&db, user).await;
    assert!(there.flagged);
    assert_eq!((there.available, there.held), (usd(0), usd(80)));
    let refused = hold(&db, user, id(&db), 1).await;
    assert!(matches!(refused, Err(Error::Flagged)), "{refused:?}");
    // What runs already is paid for.
    let end = end_of(user, run, 60);
    alone(&db, async |tx| capture_in(tx, end).await)
        .await
        .expect("captured");
    for _ in 0..2 {
        let won = DisputeOutcome::Won;
        alone(&db, async |tx| {
            resolve_dispute_in(tx, admin(), &payment("dp_1"), won).await
        })
        .await
        .expect("resolved");
    }
    let lost = DisputeOutcome::Lost;
    let refused = alone(&db, async |tx| {
        resolve_dispute_in(tx, admin(), &payment("dp_1"), lost).await
    })
    .await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    let there = balance(&db, user).await;
    assert_eq!((there.available, there.flagged), (usd(90), false));
    assert_eq!(house(&db, "disputes").await, 0);
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_lost_dispute_takes_what_came_back_and_the_flag_stays_until_an_operator_lifts_it(
    pool: PgPool,
) {
    let db = db(pool);
    let user = somebody(&db).await;
    buy(&db, user, "pi_1", 100, 100).await;
    let run = id(&db);
    hold(&db, user, run, 80).await.expect("held");
    let command = dispute("dp_1", 100);
    alone(&db, async |tx| dispute_in(tx, Actor::System, command).await)
        .await
        .expect("disputed");
    let open = unflag(&db, Actor::System, user).await;
    assert!(matches!(open, Err(Error::Conflict)), "{open:?}");
    alone(&db, async |tx| release_in(tx, run).await)
        .await
        .expect("released");
    assert_eq!(credit(&db, user).await, (80, 0));
    let lost = DisputeOutcome::Lost;
    alone(&db, async |tx| {
        resolve_dispute_in(tx, Actor::System, &payment("dp_1"), lost).await
    })
    .await
    .expect("resolved");
    assert_eq!(credit(&db, user).await, (0, 0));
    assert_eq!(
        house(&db, "disputes").await,
        0,
        "all credit was taken: no loss"
    );
    give(&db, user, 5, None, "sorry").await;
    let refused = hold(&db, user, id(&db), 1).await;
    assert!(matches!(refused, Err(Error::Flagged)), "{refused:?}");
    for actor in [Actor::Nobody, person(user)] {
        let refused = unflag(&db, actor, user).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    unflag(&db, admin(), user).await.expect("unflagged");
    hold(&db, user, id(&db), 1).await.expect("held");
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_operators_and_the_site_dispute_and_only_what_was_paid(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    let command = dispute("dp_1", 100);
    let refused = alone(&db, async |tx| dispute_in(tx, Actor::System, command).await).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    buy(&db, user, "pi_1", 100, 100).await;
    let command = dispute("dp_1", 101);
    let refused = alone(&db, async |tx| dispute_in(tx, Actor::System, command).await).await;
    assert!(matches!(refused, Err(Error::TooMuch { .. })), "{refused:?}");
    for actor in [Actor::Nobody, person(user)] {
        let command = dispute("dp_1", 100);
        let refused = alone(&db, async |tx| dispute_in(tx, actor, command).await).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let won = DisputeOutcome::Won;
        let refused = alone(&db, async |tx| {
            resolve_dispute_in(tx, actor, &payment("dp_1"), won).await
        })
        .await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    let won = DisputeOutcome::Won;
    let refused = alone(&db, async |tx| {
        resolve_dispute_in(tx, admin(), &payment("dp_1"), won).await
    })
    .await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    sound(&db).await;
}
