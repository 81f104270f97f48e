//! Opening an account for an admin.

use super::support::*;
use auth::{CreateAdmin, Error, commands, commands::AdminCreated, queries};
use kernel::{Actor, Db, Role, UserId};
use sqlx::PgPool;

async fn create(db: &Db, actor: Actor, secret: &str) -> Result<AdminCreated, Error> {
    let command = CreateAdmin {
        email: email("ada@example.org"),
        password: password(secret),
    };
    commands::create_admin(db, &hasher(), actor, command).await
}

async fn role(db: &Db, user: UserId) -> Role {
    queries::account(db, user)
        .await
        .expect("an answer")
        .expect("an account")
        .profile
        .role
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_system_opens_an_account_for_an_admin(pool: PgPool) {
    let db = db(pool);
    let AdminCreated::New(ada) = create(&db, Actor::System, PASSWORD).await.expect("created")
    else {
        panic!("there was no account");
    };
    assert_eq!(
        sign_in(&db, "ada@example.org", PASSWORD)
            .await
            .expect("signed in"),
        ada
    );
    assert_eq!(role(&db, ada).await, Role::Admin);
    let kinds = kinds(&db).await;
    assert_eq!(
        kinds,
        [
            "parlance.users.user_registered.v1",
            "parlance.users.email_verified.v1",
            "parlance.users.role_changed.v1"
        ]
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_account_that_exists_is_promoted_and_keeps_its_password(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let created = create(&db, Actor::System, OTHER_PASSWORD)
        .await
        .expect("promoted");
    assert_eq!(created, AdminCreated::Promoted(ada));
    assert_eq!(role(&db, ada).await, Role::Admin);
    assert_eq!(
        sign_in(&db, "ada@example.org", PASSWORD)
            .await
            .expect("signed in"),
        ada
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_else_creates_an_admin(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let admin = Actor::Person {
        user: ada,
        role: Role::Admin,
    };
    for actor in [Actor::Nobody, person(ada), admin] {
        assert!(
            matches!(create(&db, actor, PASSWORD).await, Err(Error::Forbidden)),
            "{actor:?}"
        );
    }
    assert_eq!(role(&db, ada).await, Role::User);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_admins_password_must_not_be_guessable(pool: PgPool) {
    let db = db(pool);
    let refused = create(&db, Actor::System, "administratoradministrator").await;
    assert!(matches!(refused, Err(Error::GuessablePassword)));
    assert_eq!(count(&db, "users").await, 0);
}
