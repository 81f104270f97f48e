//! Changing the language of one's pages.

use super::support::{db, ghost, kinds, person, register};
use kernel::Actor;
use sqlx::PgPool;
use users::{ChangeLanguage, Error, Language, commands::change_language, queries};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_language_is_kept_and_is_nobody_elses(pool: PgPool) {
    let db = db(pool);
    let ada = person(register(&db, "ada@example.org").await);
    let bob = person(register(&db, "bob@example.org").await);
    for language in [Language::German, Language::English, Language::AsAsked] {
        change_language(&db, ada, ChangeLanguage { language })
            .await
            .expect("changed");
        let kept = queries::profile(&db, ada).await.expect("a profile");
        assert_eq!(kept.language, language);
        let other = queries::profile(&db, bob).await.expect("a profile");
        assert_eq!(other.language, Language::AsAsked);
    }
    assert_eq!(
        kinds(&db).await[2..],
        ["parlance.users.language_changed.v1"; 3]
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_same_language_is_no_fact(pool: PgPool) {
    let db = db(pool);
    let ada = person(register(&db, "ada@example.org").await);
    let language = Language::AsAsked;
    change_language(&db, ada, ChangeLanguage { language })
        .await
        .expect("nothing to do");
    assert_eq!(kinds(&db).await.len(), 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_has_no_language_to_change(pool: PgPool) {
    let db = db(pool);
    let german = ChangeLanguage {
        language: Language::German,
    };
    assert!(matches!(
        change_language(&db, Actor::Nobody, german).await,
        Err(Error::NotSignedIn(_))
    ));
    assert!(matches!(
        change_language(&db, ghost(), german).await,
        Err(Error::NotFound)
    ));
}
