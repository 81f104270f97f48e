//! What is kept of a signed-in browser.

use super::support::*;
use auth::sessions::{self, Lifetime};
use kernel::Db;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

const LIFETIME: Lifetime = Lifetime {
    idle: Duration::days(14),
    absolute: Duration::days(90),
};

async fn begin(db: &Db, key: &str) {
    assert!(
        sessions::create(db, LIFETIME, key, &json!({ "a": 1 }))
            .await
            .expect("an answer")
    );
}

async fn open(db: &Db, key: &str) -> Option<Value> {
    let open = sessions::open(db, LIFETIME, key).await.expect("an answer");
    open.map(|open| open.data)
}

async fn expires_at(db: &Db) -> OffsetDateTime {
    sqlx::query_scalar("select expires_at from sessions")
        .fetch_one(db.pool())
        .await
        .expect("a session")
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_is_found_by_its_key_which_is_not_stored(pool: PgPool) {
    let db = db(pool);
    begin(&db, "key").await;
    assert_eq!(open(&db, "key").await, Some(json!({ "a": 1 })));
    assert_eq!(open(&db, "Key").await, None);
    assert!(
        !sessions::create(&db, LIFETIME, "key", &json!({}))
            .await
            .expect("an answer"),
        "in use"
    );
    let row: String = sqlx::query_scalar("select sessions::text from sessions")
        .fetch_one(db.pool())
        .await
        .expect("a row");
    assert!(!row.contains("key") && !row.contains("6b6579"), "{row}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_ends_when_it_is_not_used(pool: PgPool) {
    let db = db(pool);
    begin(&db, "key").await;
    db.clock().advance(Duration::days(14) - Duration::SECOND);
    assert!(open(&db, "key").await.is_some());
    db.clock().advance(Duration::days(14) - Duration::SECOND);
    assert!(
        open(&db, "key").await.is_some(),
        "its use has moved its end"
    );
    db.clock().advance(Duration::days(14));
    assert_eq!(open(&db, "key").await, None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_in_use_ends_all_the_same(pool: PgPool) {
    let db = db(pool);
    begin(&db, "key").await;
    for _ in 1..90 {
        db.clock().advance(Duration::DAY);
        assert!(open(&db, "key").await.is_some());
    }
    db.clock().advance(Duration::DAY);
    assert_eq!(open(&db, "key").await, None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn use_is_written_down_once_an_hour(pool: PgPool) {
    let db = db(pool);
    begin(&db, "key").await;
    let first = expires_at(&db).await;
    db.clock().advance(Duration::minutes(59));
    open(&db, "key").await;
    assert_eq!(expires_at(&db).await, first);
    db.clock().advance(Duration::minutes(1));
    open(&db, "key").await;
    assert_eq!(expires_at(&db).await, first + Duration::HOUR);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_that_has_ended_does_not_come_back(pool: PgPool) {
    let db = db(pool);
    begin(&db, "key").await;
    sessions::save(&db, "key", &json!({ "a": 2 }))
        .await
        .expect("saved");
    assert_eq!(open(&db, "key").await, Some(json!({ "a": 2 })));
    sessions::end(&db, "key").await.expect("ended");
    sessions::save(&db, "key", &json!({ "a": 3 }))
        .await
        .expect("nothing to save in");
    assert_eq!(open(&db, "key").await, None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn clean_up_takes_what_has_expired_and_nothing_else(pool: PgPool) {
    let db = db(pool);
    begin(&db, "old").await;
    db.clock().advance(Duration::days(7));
    begin(&db, "new").await;
    db.clock().advance(Duration::days(7));
    assert_eq!(sessions::delete_expired(&db).await.expect("cleaned"), 1);
    assert_eq!(open(&db, "old").await, None);
    assert!(open(&db, "new").await.is_some());
}
