//! What the tests of this crate share. Each test has a database of its own.

use kernel::{Actor, Clock, Db, Role, UserId, id::Uuid};
use sqlx::PgPool;
use time::macros::datetime;
use users::Email;

pub fn db(pool: PgPool) -> Db {
    Db::new(pool, Clock::fixed(datetime!(2026-03-01 12:00 UTC)))
}

pub fn email(s: &str) -> Email {
    Email::parse(s).expect("a valid address")
}

pub fn person(user: UserId) -> Actor {
    Actor::Person {
        user,
        role: Role::User,
    }
}

/// Somebody whose account does not exist.
pub fn ghost() -> Actor {
    person(UserId(Uuid::nil()))
}

pub async fn register(db: &Db, address: &str) -> UserId {
    let mut tx = db.begin().await.expect("a transaction");
    let id = users::commands::register_in(&mut tx, &email(address))
        .await
        .expect("registered");
    tx.commit().await.expect("committed");
    id
}

/// The kinds and data of all events, oldest first.
pub async fn events(db: &Db) -> Vec<(String, serde_json::Value)> {
    sqlx::query_as("select kind, data from outbox order by seq")
        .fetch_all(db.pool())
        .await
        .expect("the outbox")
}

pub async fn kinds(db: &Db) -> Vec<String> {
    events(db).await.into_iter().map(|(kind, _)| kind).collect()
}
