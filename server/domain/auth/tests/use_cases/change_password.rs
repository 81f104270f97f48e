//! Taking another password.

use super::support::*;
use auth::{ChangePassword, Error, TypedPassword, commands, queries};
use kernel::{Actor, Db, UserId};
use sqlx::PgPool;
use users::Language;

async fn change(db: &Db, actor: Actor, current: &str, new: &str) -> Result<(), Error> {
    let command = ChangePassword {
        current: TypedPassword::new(current),
        new: password(new),
    };
    commands::change_password(db, &hasher(), actor, command, Language::English).await
}

async fn version(db: &Db, user: UserId) -> i64 {
    queries::account(db, user)
        .await
        .expect("an answer")
        .expect("an account")
        .password_version
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_new_password_counts_and_the_old_one_does_not(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let before = version(&db, ada).await;
    change(&db, person(ada), PASSWORD, OTHER_PASSWORD)
        .await
        .expect("changed");
    assert!(
        version(&db, ada).await > before,
        "sessions end even within one tick of the clock"
    );
    assert_eq!(
        sign_in(&db, "ada@example.org", OTHER_PASSWORD)
            .await
            .expect("signed in"),
        ada
    );
    assert!(matches!(
        sign_in(&db, "ada@example.org", PASSWORD).await,
        Err(Error::SignInRefused)
    ));
    assert_eq!(kinds(&db).await[1..], ["parlance.auth.password_changed.v1"]);
    assert_outbox_is_free_of(&db, &["ada@", "example", "violet", "heron", "argon2"]).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_was_typed_has_to_be_right(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let before = (version(&db, ada).await, hash_of(&db, ada).await);
    let wrong = change(&db, person(ada), OTHER_PASSWORD, OTHER_PASSWORD).await;
    assert!(matches!(wrong, Err(Error::WrongPassword)));
    let same = change(&db, person(ada), PASSWORD, PASSWORD).await;
    assert!(matches!(same, Err(Error::SamePassword)));
    for guessable in ["ada@example.org", "passwordpassword"] {
        let refused = change(&db, person(ada), PASSWORD, guessable).await;
        assert!(
            matches!(refused, Err(Error::GuessablePassword)),
            "{guessable}"
        );
    }
    assert_eq!((version(&db, ada).await, hash_of(&db, ada).await), before);
    assert_eq!(kinds(&db).await.len(), 1, "nothing but the registration");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_person_changes_their_own_password_only(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let bob = sign_up(&db, "bob@example.org", OTHER_PASSWORD)
        .await
        .expect("an account");
    let refused = change(&db, person(bob), PASSWORD, "three owls painted the gate").await;
    assert!(matches!(refused, Err(Error::WrongPassword)));
    assert_eq!(
        sign_in(&db, "ada@example.org", PASSWORD)
            .await
            .expect("signed in"),
        ada
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_has_no_password_to_change(pool: PgPool) {
    let db = db(pool);
    for actor in [Actor::Nobody, Actor::System, ghost()] {
        let refused = change(&db, actor, PASSWORD, OTHER_PASSWORD).await;
        assert!(matches!(refused, Err(Error::NotSignedIn(_))), "{actor:?}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn of_two_changes_at_once_one_counts(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let (one, other) = tokio::join!(
        change(&db, person(ada), PASSWORD, OTHER_PASSWORD),
        change(&db, person(ada), PASSWORD, "three owls painted the gate"),
    );
    assert!(one.is_ok() != other.is_ok());
    assert!(matches!(one.and(other), Err(Error::WrongPassword)));
    assert_eq!(kinds(&db).await[1..], ["parlance.auth.password_changed.v1"]);
}
