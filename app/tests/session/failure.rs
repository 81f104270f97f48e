//! When the database is gone.

use super::site::Site;
use axum::http::{StatusCode, header};
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_database_that_is_gone_is_said_to_be_so_and_signs_nobody_out(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let mut browser = site.signed_in(ada).await;
    site.db.pool().close().await;
    let answer = browser.visit("/who").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer
            .text
            .starts_with("The site cannot reach its database"),
        "{}",
        answer.text
    );
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(answer.set_cookie(), None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_a_session_pages_work_without_a_database_and_signing_in_says_why_not(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    site.db.pool().close().await;
    let mut visitor = site.browser();
    assert_eq!(visitor.who().await, "nobody");
    assert_eq!(
        visitor.visit(&format!("/in/{ada}")).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_that_cannot_be_stored_is_no_sign_in(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    sqlx::query("alter table sessions add check (false)")
        .execute(site.db.pool())
        .await
        .expect("altered");
    let mut browser = site.browser();
    let answer = browser.visit(&format!("/in/{ada}")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        answer.text.starts_with("The fault is on our side."),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains("sessions"), "no SQL crosses the wire");
    assert_eq!(browser.who().await, "nobody");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_of_another_version_is_nobodys(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let mut browser = site.signed_in(ada).await;
    sqlx::query("update sessions set data = '[1]'")
        .execute(site.db.pool())
        .await
        .expect("updated");
    assert_eq!(browser.who().await, "nobody");
}
