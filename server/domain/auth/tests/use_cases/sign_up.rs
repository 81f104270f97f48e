//! Opening an account.

use super::support::*;
use auth::Error;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn who_has_signed_up_can_sign_in(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    assert_eq!(
        sign_in(&db, "Ada@Example.org", PASSWORD)
            .await
            .expect("signed in"),
        ada
    );
    assert!(hash_of(&db, ada).await.starts_with("$argon2id$"));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_same_again_is_the_same_account(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    assert_eq!(
        sign_up(&db, "ADA@example.org", PASSWORD)
            .await
            .expect("the account"),
        ada
    );
    assert_eq!(
        (count(&db, "users").await, count(&db, "outbox").await),
        (1, 1)
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stranger_does_not_get_somebodys_account(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let before = hash_of(&db, ada).await;
    let refused = sign_up(&db, "ada@example.org", OTHER_PASSWORD).await;
    assert!(matches!(refused, Err(Error::SignUpRefused)));
    assert_eq!(hash_of(&db, ada).await, before);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_guessable_password_is_refused_before_anything_is_looked_up(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    for address in ["ada@example.org", "new@example.org"] {
        for guessable in [
            "passwordpassword",
            "123456789012345",
            "parlanceparlance",
            address,
        ] {
            let refused = sign_up(&db, address, guessable).await;
            assert!(
                matches!(refused, Err(Error::GuessablePassword)),
                "{guessable}"
            );
        }
    }
    assert_eq!(count(&db, "users").await, 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_password_typed_on_another_keyboard_is_the_same(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", "caf\u{E9} unter neun Monden")
        .await
        .expect("an account");
    let typed = sign_in(&db, "ada@example.org", "cafe\u{301} unter neun Monden").await;
    assert_eq!(typed.expect("signed in"), ada);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn two_clicks_at_once_make_one_account(pool: PgPool) {
    let db = db(pool);
    let click = || sign_up(&db, "ada@example.org", PASSWORD);
    let (a, b, c, d) = tokio::join!(click(), click(), click(), click());
    let a = a.expect("an account");
    for other in [b, c, d] {
        assert_eq!(other.expect("the account"), a);
    }
    assert_eq!(
        (count(&db, "users").await, count(&db, "credentials").await),
        (1, 1)
    );
    assert_eq!(kinds(&db).await, ["parlance.users.user_registered.v1"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn two_people_at_once_with_one_address_make_one_account(pool: PgPool) {
    let db = db(pool);
    let (one, other) = tokio::join!(
        sign_up(&db, "ada@example.org", PASSWORD),
        sign_up(&db, "ADA@example.org", OTHER_PASSWORD),
    );
    assert!(one.is_ok() != other.is_ok());
    assert!(matches!(one.and(other), Err(Error::SignUpRefused)));
    assert_eq!(count(&db, "users").await, 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_account_whose_credential_fails_is_not_half_there(pool: PgPool) {
    let db = db(pool);
    sqlx::query("alter table credentials add check (password_hash = '')")
        .execute(db.pool())
        .await
        .expect("a database that refuses");
    let failed = sign_up(&db, "ada@example.org", PASSWORD).await;
    assert!(matches!(failed, Err(Error::Internal(_))));
    assert_eq!(
        (count(&db, "users").await, count(&db, "outbox").await),
        (0, 0)
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn events_carry_neither_address_nor_password(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    assert_outbox_is_free_of(&db, &["ada", "example", "violet", "argon2"]).await;
}
