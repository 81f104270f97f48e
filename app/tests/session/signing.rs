//! Signing in and out.

use super::site::Site;
use axum::http::StatusCode;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_session_gets_another_id_at_each_sign_in(pool: PgPool) {
    let site = Site::new(pool);
    let (ada, bob) = (
        site.person("ada@example.org").await,
        site.person("bob@example.org").await,
    );
    let mut browser = site.signed_in(ada).await;
    let first = browser.cookie.clone();
    for user in [ada, bob] {
        let before = browser.cookie.clone();
        browser.visit(&format!("/in/{user}")).await;
        assert_eq!(browser.who().await, user.to_string());
        assert_ne!(browser.cookie, before);
    }
    assert_eq!(site.sessions().await, 1, "the former ones are gone");
    browser.cookie = first;
    assert_eq!(browser.who().await, "nobody");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_id_planted_before_the_sign_in_is_not_taken_over(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let planted = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let mut browser = site.browser();
    browser.cookie = planted.clone();
    browser.visit(&format!("/in/{ada}")).await;
    assert_eq!(browser.who().await, ada.to_string());
    assert_ne!(browser.cookie, planted);
    browser.cookie = planted;
    assert_eq!(browser.who().await, "nobody");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn signing_out_ends_the_session_here_and_in_the_database(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let mut elsewhere = site.signed_in(ada).await;
    let mut browser = site.signed_in(ada).await;
    let stolen = browser.cookie.clone();
    let answer = browser.visit("/out").await;
    let removal = answer.set_cookie().expect("the cookie is removed");
    assert!(
        removal.starts_with("__Host-parlance=;") && removal.contains("Max-Age=0"),
        "{removal}"
    );
    assert!(
        removal.contains("Path=/") && removal.contains("Secure"),
        "else browsers keep it: {removal}"
    );
    assert_eq!(site.sessions().await, 1);
    browser.cookie = stolen;
    assert_eq!(browser.who().await, "nobody");
    assert_eq!(elsewhere.who().await, ada.to_string());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_account_that_is_gone_is_nobody(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let bob = site.person("bob@example.org").await;
    let mut browser = site.signed_in(ada).await;
    sqlx::query("delete from users where id = $1")
        .bind(ada.0)
        .execute(site.db.pool())
        .await
        .expect("deleted");
    assert_eq!(browser.who().await, "nobody");
    let before = browser.cookie.clone();
    browser.visit(&format!("/in/{bob}")).await;
    assert_eq!(browser.who().await, bob.to_string());
    assert_ne!(browser.cookie, before);
    assert_eq!(
        browser.visit(&format!("/in/{ada}")).await.status,
        StatusCode::IM_A_TEAPOT
    );
}
