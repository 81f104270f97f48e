//! Proving who one is.

use super::support::*;
use auth::{Error, Hasher, HashingOptions, SignIn, TypedPassword, commands, queries};
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_wrong_password_and_an_unknown_address_get_the_identical_answer(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let wrong = sign_in(&db, "ada@example.org", OTHER_PASSWORD)
        .await
        .expect_err("wrong");
    let unknown = sign_in(&db, "ida@example.org", PASSWORD)
        .await
        .expect_err("unknown");
    assert!(matches!(
        (&wrong, &unknown),
        (Error::SignInRefused, Error::SignInRefused)
    ));
    assert_eq!(wrong.to_string(), unknown.to_string());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn any_text_is_merely_a_wrong_password(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    for typed in [
        "",
        "short",
        "nul\0",
        &"x".repeat(1_000_000),
        &PASSWORD.to_uppercase(),
        &format!("{PASSWORD} "),
    ] {
        let refused = sign_in(&db, "ada@example.org", typed).await;
        assert!(matches!(refused, Err(Error::SignInRefused)));
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_user_without_a_credential_cannot_sign_in(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    sqlx::query("delete from credentials")
        .execute(db.pool())
        .await
        .expect("deleted");
    for typed in [PASSWORD, ""] {
        assert!(matches!(
            sign_in(&db, "ada@example.org", typed).await,
            Err(Error::SignInRefused)
        ));
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_hash_of_former_costs_is_renewed_and_no_session_ends(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let version = queries::account(&db, ada)
        .await
        .expect("an answer")
        .map(|a| a.password_version);
    let stronger = HashingOptions {
        passes: 2,
        ..HashingOptions::weak()
    };
    let command = SignIn {
        email: email("ada@example.org"),
        password: TypedPassword::new(PASSWORD),
    };
    let hasher = Hasher::new(stronger).expect("a hasher");
    assert_eq!(
        commands::sign_in(&db, &hasher, command)
            .await
            .expect("signed in"),
        ada
    );
    assert!(hash_of(&db, ada).await.contains("t=2"));
    assert_eq!(
        queries::account(&db, ada)
            .await
            .expect("an answer")
            .map(|a| a.password_version),
        version
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_database_that_is_gone_is_not_a_wrong_password(pool: PgPool) {
    let db = db(pool);
    db.pool().close().await;
    let failed = sign_in(&db, "ada@example.org", PASSWORD).await;
    assert!(matches!(failed, Err(Error::Internal(e)) if e.is_unavailable()));
}
