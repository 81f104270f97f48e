//! Registering a user.

use super::support::{db, email, events, kinds, person, register};
use kernel::Role;
use sqlx::PgPool;
use users::{Error, Theme, commands::register_in, queries};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_new_user_is_named_after_their_address(pool: PgPool) {
    let db = db(pool);
    let id = register(&db, "ada.lovelace+site@Example.org").await;
    let profile = queries::profile(&db, person(id)).await.expect("a profile");
    assert_eq!(profile.display_name.as_str(), "ada.lovelace");
    assert_eq!(profile.email.as_str(), "ada.lovelace+site@example.org");
    assert_eq!((profile.role, profile.theme), (Role::User, Theme::System));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_same_address_in_other_capitals_is_taken(pool: PgPool) {
    let db = db(pool);
    let id = register(&db, "ada@example.org").await;
    let mut tx = db.begin().await.expect("a transaction");
    let again = register_in(&mut tx, &email("ADA@example.org")).await;
    assert!(matches!(again, Err(Error::EmailTaken)));
    assert_eq!(
        queries::by_email(&db, &email("Ada@EXAMPLE.org"))
            .await
            .expect("an answer"),
        Some(id)
    );
    assert_eq!(
        queries::by_email(&db, &email("ida@example.org"))
            .await
            .expect("an answer"),
        None
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_event_is_there_if_and_only_if_the_user_is(pool: PgPool) {
    let db = db(pool);
    let mut tx = db.begin().await.expect("a transaction");
    register_in(&mut tx, &email("ada@example.org"))
        .await
        .expect("registered");
    drop(tx);
    assert_eq!(kinds(&db).await, Vec::<String>::new());

    let id = register(&db, "ada@example.org").await;
    let recorded = events(&db).await;
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].0, "parlance.users.user_registered.v1");
    assert_eq!(recorded[0].1, serde_json::json!({ "user_id": id }));
}
