//! Credit expires, and people leave.

use kernel::Actor;
use payments::{
    Error,
    commands::{close_wallet, close_wallet_in, expire_lots, release_in},
};
use sqlx::PgPool;
use time::Duration;

use crate::support::*;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn credit_expires_at_its_time_before_the_sweep_and_by_it(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    give(&db, user, 100, Some(START + Duration::days(2)), "soon").await;
    give(&db, user, 10, None, "ever").await;
    let run = id(&db);
    hold(&db, user, run, 30).await.expect("held");
    assert_eq!(expire_lots(&db, Actor::System).await.expect("swept"), 0);
    db.clock().advance(Duration::days(2));
    assert_eq!(credit(&db, user).await, (10, 30), "not spendable any more");
    let refused = hold(&db, user, id(&db), 11).await;
    assert!(
        matches!(refused, Err(Error::NotEnoughCredit { .. })),
        "{refused:?}"
    );
    for wallets in [1, 0] {
        assert_eq!(expire_lots(&db, admin()).await.expect("swept"), wallets);
    }
    assert_eq!(house(&db, "expired").await, 70);
    alone(&db, async |tx| release_in(tx, run).await)
        .await
        .expect("released");
    assert_eq!(
        credit(&db, user).await,
        (10, 0),
        "it goes back to the lot and expires"
    );
    assert_eq!(expire_lots(&db, admin()).await.expect("swept"), 1);
    assert_eq!(house(&db, "expired").await, 100);
    for actor in [Actor::Nobody, person(user)] {
        let refused = expire_lots(&db, actor).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_sweep_gets_through_more_wallets_than_it_looks_up_at_once(pool: PgPool) {
    let db = db(pool);
    for _ in 0..101 {
        let user = somebody(&db).await;
        give(&db, user, 1, Some(START + Duration::days(1)), "soon").await;
        give(&db, user, 1, Some(START + Duration::days(1)), "too").await;
    }
    db.clock().advance(Duration::days(1));
    assert_eq!(expire_lots(&db, Actor::System).await.expect("swept"), 101);
    assert_eq!(house(&db, "expired").await, 202);
}

async fn erase(db: &kernel::Db, user: kernel::UserId) {
    sqlx::query("delete from users where id = $1")
        .bind(user.0)
        .execute(db.pool())
        .await
        .expect("erased");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn whoever_leaves_leaves_a_ledger_that_adds_up_and_names_nobody(pool: PgPool) {
    let db = db(pool);
    let (ada, eve) = (somebody_with(&db, 100).await, somebody_with(&db, 100).await);
    buy(&db, ada, "pi_1", 100, 100).await;
    hold(&db, ada, id(&db), 30).await.expect("held");
    for actor in [Actor::Nobody, person(ada), person(eve)] {
        let refused = alone(&db, async |tx| close_wallet_in(tx, actor, ada).await).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    for _ in 0..2 {
        close_wallet(&db, Actor::System, ada).await.expect("closed");
    }
    assert_eq!(house(&db, "expired").await, 200);
    erase(&db, ada).await;
    sound(&db).await;
    for table in [
        "wallets",
        "ledger_accounts",
        "credit_lots",
        "ledger_transactions",
        "ledger_entries",
        "holds",
        "disputes",
        "usage_records",
        "prices",
    ] {
        let named: bool = sqlx::query_scalar(&format!(
            "select exists(select 1 from {table} as row where row::text like '%' || $1 || '%')"
        ))
        .bind(ada.to_string())
        .fetch_one(db.pool())
        .await
        .expect("looked");
        assert!(!named, "{table}");
    }
    assert_eq!(credit(&db, eve).await, (100, 0));
    let stranger = kernel::UserId(id(&db));
    alone(&db, async |tx| {
        close_wallet_in(tx, Actor::System, stranger).await
    })
    .await
    .expect("nothing to do");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_left_in_a_wallet_without_a_person_is_swept(pool: PgPool) {
    let db = db(pool);
    let ada = somebody_with(&db, 100).await;
    hold(&db, ada, id(&db), 30).await.expect("held");
    erase(&db, ada).await;
    let told = facts(&db).await;
    assert_eq!(expire_lots(&db, Actor::System).await.expect("swept"), 1);
    assert_eq!(house(&db, "expired").await, 100);
    assert_eq!(facts(&db).await, told, "there is nobody to tell it about");
    sound(&db).await;
}
