//! Making somebody an admin.

use super::support::{db, email, kinds, person, register};
use kernel::{Actor, Role};
use sqlx::PgPool;
use users::{Error, GrantAdmin, commands::grant_admin, queries};

fn to(address: &str) -> GrantAdmin {
    GrantAdmin {
        email: email(address),
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_system_makes_an_admin_once(pool: PgPool) {
    let db = db(pool);
    let ada = register(&db, "ada@example.org").await;
    for _ in 0..2 {
        let id = grant_admin(&db, Actor::System, to("ADA@example.org"))
            .await
            .expect("granted");
        assert_eq!(id, ada);
    }
    assert_eq!(
        queries::profile(&db, person(ada))
            .await
            .expect("a profile")
            .role,
        Role::Admin
    );
    assert_eq!(kinds(&db).await[1..], ["parlance.users.role_changed.v1"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_else_makes_an_admin(pool: PgPool) {
    let db = db(pool);
    let ada = register(&db, "ada@example.org").await;
    let admin = Actor::Person {
        user: ada,
        role: Role::Admin,
    };
    for actor in [Actor::Nobody, person(ada), admin] {
        let refused = grant_admin(&db, actor, to("ada@example.org")).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{actor:?}");
    }
    assert_eq!(
        queries::profile(&db, person(ada))
            .await
            .expect("a profile")
            .role,
        Role::User
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_unknown_address_is_said_to_be_unknown(pool: PgPool) {
    let db = db(pool);
    let unknown = grant_admin(&db, Actor::System, to("ida@example.org")).await;
    assert!(matches!(unknown, Err(Error::NotFound)));
}
