//! Sessions end by themselves.

use super::site::Site;
use app::session::delete_expired;
use sqlx::PgPool;
use time::Duration;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_that_is_not_used_ends(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let mut browser = site.signed_in(ada).await;
    site.db.clock().advance(Duration::days(13));
    assert_eq!(browser.who().await, ada.to_string());
    site.db.clock().advance(Duration::days(13));
    assert_eq!(
        browser.who().await,
        ada.to_string(),
        "it was used in between"
    );
    site.db.clock().advance(Duration::days(14));
    assert_eq!(browser.who().await, "nobody");
    assert_eq!(browser.cookie, None, "its cookie is removed");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_ends_90_days_after_the_sign_in_whatever_happens(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let mut browser = site.signed_in(ada).await;
    for _ in 0..9 {
        assert_eq!(browser.who().await, ada.to_string());
        site.db.clock().advance(Duration::days(10));
    }
    assert_eq!(browser.who().await, "nobody");
    assert_eq!(site.sessions().await, 1);
    assert_eq!(delete_expired(&site.db).await.expect("cleaned"), 1);
}
