//! Changing one's theme.

use super::support::{db, ghost, kinds, person, register};
use kernel::Actor;
use sqlx::PgPool;
use users::{ChangeTheme, Error, Theme, commands::change_theme, queries};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_theme_is_kept(pool: PgPool) {
    let db = db(pool);
    let ada = person(register(&db, "ada@example.org").await);
    for theme in [Theme::Dark, Theme::Light, Theme::System] {
        change_theme(&db, ada, ChangeTheme { theme })
            .await
            .expect("changed");
        assert_eq!(
            queries::profile(&db, ada).await.expect("a profile").theme,
            theme
        );
    }
    assert_eq!(
        kinds(&db).await[1..],
        ["parlance.users.theme_changed.v1"; 3]
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_has_no_theme_to_change(pool: PgPool) {
    let db = db(pool);
    let dark = ChangeTheme { theme: Theme::Dark };
    assert!(matches!(
        change_theme(&db, Actor::Nobody, dark).await,
        Err(Error::NotSignedIn(_))
    ));
    assert!(matches!(
        change_theme(&db, ghost(), dark).await,
        Err(Error::NotFound)
    ));
}
