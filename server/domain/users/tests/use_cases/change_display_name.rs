//! Changing one's display name.

use super::support::{db, events, ghost, kinds, person, register};
use kernel::{Actor, Db};
use sqlx::PgPool;
use users::{ChangeDisplayName, DisplayName, Error, commands::change_display_name, queries};

fn to(name: &str) -> ChangeDisplayName {
    ChangeDisplayName {
        display_name: DisplayName::parse(name).expect("a name"),
    }
}

async fn name_of(db: &Db, actor: Actor) -> String {
    queries::profile(db, actor)
        .await
        .expect("a profile")
        .display_name
        .into()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_person_changes_their_own_name_only(pool: PgPool) {
    let db = db(pool);
    let ada = person(register(&db, "ada@example.org").await);
    let bob = person(register(&db, "bob@example.org").await);
    change_display_name(&db, ada, to("Ada 👩‍💻"))
        .await
        .expect("changed");
    assert_eq!(name_of(&db, ada).await, "Ada 👩‍💻");
    assert_eq!(name_of(&db, bob).await, "bob");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_change_is_one_event_without_the_name(pool: PgPool) {
    let db = db(pool);
    let ada = person(register(&db, "ada@example.org").await);
    change_display_name(&db, ada, to("Countess"))
        .await
        .expect("changed");
    change_display_name(&db, ada, to("Countess"))
        .await
        .expect("the same again is fine");
    assert_eq!(
        kinds(&db).await[1..],
        ["parlance.users.display_name_changed.v1"]
    );
    assert!(!format!("{:?}", events(&db).await).contains("Countess"));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_and_the_system_have_no_name_to_change(pool: PgPool) {
    let db = db(pool);
    for actor in [Actor::Nobody, Actor::System] {
        let refused = change_display_name(&db, actor, to("X")).await;
        assert!(matches!(refused, Err(Error::NotSignedIn(_))));
        assert!(matches!(
            queries::profile(&db, actor).await,
            Err(Error::NotSignedIn(_))
        ));
    }
    assert!(matches!(
        change_display_name(&db, ghost(), to("X")).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        queries::profile(&db, ghost()).await,
        Err(Error::NotFound)
    ));
}
