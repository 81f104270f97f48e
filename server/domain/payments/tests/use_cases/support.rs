//! What the tests share.

use kernel::{Actor, Clock, Db, Role, Tx, UserId, id::Uuid};
use payments::{
    BalanceView, Capture, Error, Grant, IdempotencyKey, MicroUsd, PaymentReference, Purchase,
    TokenUsage,
    commands::{Hold, grant, hold_in, purchase_in},
    queries::{balance_of, verify_ledger},
};
use sqlx::PgPool;
use time::{OffsetDateTime, macros::datetime};

pub const START: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

pub fn db(pool: PgPool) -> Db {
    Db::new(pool, Clock::fixed(START))
}

pub fn usd(micros: i64) -> MicroUsd {
    MicroUsd(micros)
}

pub fn key(s: &str) -> IdempotencyKey {
    IdempotencyKey::parse(s).expect("a key")
}

pub fn payment(s: &str) -> PaymentReference {
    PaymentReference::parse(s).expect("a reference")
}

pub fn id(db: &Db) -> Uuid {
    db.clock().uuid()
}

/// A person with an account, of which this domain needs the row only.
pub async fn somebody(db: &Db) -> UserId {
    let user = id(db);
    sqlx::query(
        "insert into users (id, email, display_name, role, created_at)
         values ($1, $1::text || '@example.org', 'Somebody', 'user', $2)",
    )
    .bind(user)
    .bind(db.now())
    .execute(db.pool())
    .await
    .expect("a user");
    UserId(user)
}

pub fn person(user: UserId) -> Actor {
    Actor::Person {
        user,
        role: Role::User,
    }
}

pub fn admin() -> Actor {
    Actor::Person {
        user: UserId(Uuid::nil()),
        role: Role::Admin,
    }
}

/// Runs a command in a transaction of its own; commits when it succeeds.
pub async fn alone<T, E>(db: &Db, run: impl AsyncFnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
    let mut tx = db.begin().await.expect("a transaction");
    let done = run(&mut tx).await?;
    tx.commit().await.expect("committed");
    Ok(done)
}

/// Somebody who was granted that much, for ever.
pub async fn somebody_with(db: &Db, micros: i64) -> UserId {
    let user = somebody(db).await;
    give(db, user, micros, None, "start").await;
    user
}

pub async fn give(
    db: &Db,
    user: UserId,
    micros: i64,
    expires_at: Option<OffsetDateTime>,
    named: &str,
) {
    let command = Grant {
        user,
        credit: usd(micros),
        expires_at,
        key: key(named),
    };
    grant(db, Actor::System, command).await.expect("granted");
}

pub fn pack(user: UserId, paid_by: &str, paid: i64, credit: i64) -> Purchase {
    Purchase {
        user,
        payment: payment(paid_by),
        paid: usd(paid),
        credit: usd(credit),
        expires_at: None,
    }
}

pub async fn buy(db: &Db, user: UserId, paid_by: &str, paid: i64, credit: i64) {
    let command = pack(user, paid_by, paid, credit);
    alone(db, async |tx| purchase_in(tx, Actor::System, command).await)
        .await
        .expect("bought");
}

pub async fn hold(db: &Db, user: UserId, run: Uuid, micros: i64) -> Result<Hold, Error> {
    alone(db, async |tx| hold_in(tx, user, run, usd(micros)).await).await
}

/// The end of a run without a price row, at that price.
pub fn end_of(user: UserId, run: Uuid, price: i64) -> Capture {
    Capture {
        generation: run,
        user,
        model: Uuid::from_u128(7),
        usage: TokenUsage {
            input: 100,
            cached_input: 40,
            output: 10,
        },
        prices: None,
        price: usd(price),
        provider_cost: usd(price / 2),
    }
}

pub async fn balance(db: &Db, user: UserId) -> BalanceView {
    balance_of(db, Actor::System, user)
        .await
        .expect("a balance")
}

/// What can be spent and what is held, in micro-USD.
pub async fn credit(db: &Db, user: UserId) -> (i64, i64) {
    let balance = balance(db, user).await;
    (balance.available.0, balance.held.0)
}

/// All of the ledger adds up.
pub async fn sound(db: &Db) {
    let differences = verify_ledger(db, Actor::System).await.expect("verified");
    assert_eq!(differences, []);
}

/// The facts recorded so far, without `parlance.payments.` and version.
pub async fn facts(db: &Db) -> Vec<String> {
    let kinds: Vec<String> =
        sqlx::query_scalar("select split_part(kind, '.', 3) from outbox order by seq")
            .fetch_all(db.pool())
            .await
            .expect("the outbox");
    kinds
}

/// What the house has in an account over all wallets.
pub async fn house(db: &Db, account: &str) -> i64 {
    let all = payments::queries::trial_balance(db, Actor::System)
        .await
        .expect("balances");
    all.iter()
        .find(|of| of.account == account)
        .map_or(0, |of| of.balance.0)
}
