//! A change of the password ends sessions.

use super::site::Site;
use axum::http::StatusCode;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn all_other_sessions_end_and_the_one_in_use_goes_on(pool: PgPool) {
    let site = Site::new(pool);
    let (ada, bob) = (
        site.person("ada@example.org").await,
        site.person("bob@example.org").await,
    );
    let mut here = site.signed_in(ada).await;
    let mut elsewhere = site.signed_in(ada).await;
    let mut bobs = site.signed_in(bob).await;
    let before = here.cookie.clone();

    assert_eq!(here.visit("/password").await.status, StatusCode::OK);

    assert_eq!(here.who().await, ada.to_string());
    assert_ne!(
        here.cookie, before,
        "another id: the old one may be known to whoever knew the password"
    );
    assert_eq!(elsewhere.who().await, "nobody");
    assert_eq!(elsewhere.cookie, None, "its cookie is removed");
    assert_eq!(bobs.who().await, bob.to_string());
    assert_eq!(site.sessions().await, 2);
}
