//! What the browser is given to keep.

use super::site::Site;
use app::session::SessionOptions;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_visitor_gets_no_cookie_and_leaves_no_trace(pool: PgPool) {
    let site = Site::new(pool);
    for path in ["/who", "/out", "/password"] {
        let answer = site.browser().visit(path).await;
        assert_eq!(answer.set_cookie(), None, "{path}");
    }
    assert_eq!(site.sessions().await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn by_https_only_this_host_can_set_the_cookie(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let answer = site.browser().visit(&format!("/in/{ada}")).await;
    let (value, attributes) = answer
        .set_cookie()
        .and_then(|c| c.split_once("; "))
        .expect("a cookie");
    assert!(
        value.starts_with("__Host-parlance=") && value.len() == "__Host-parlance=".len() + 22,
        "{value}"
    );
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(
        attributes,
        [
            "HttpOnly",
            "Max-Age=7776000",
            "Path=/",
            "SameSite=Lax",
            "Secure"
        ]
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn by_plain_http_the_cookie_still_is_out_of_reach_of_scripts(pool: PgPool) {
    let options = SessionOptions {
        secure: false,
        ..SessionOptions::default()
    };
    let site = Site::with(pool, options);
    let ada = site.person("ada@example.org").await;
    let answer = site.browser().visit(&format!("/in/{ada}")).await;
    let cookie = answer.set_cookie().expect("a cookie");
    assert!(
        cookie.starts_with("parlance=")
            && cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
    );
    assert!(
        !cookie.contains("Secure"),
        "browsers would not keep it: {cookie}"
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_cookie_is_sent_once(pool: PgPool) {
    let site = Site::new(pool);
    let ada = site.person("ada@example.org").await;
    let mut browser = site.signed_in(ada).await;
    assert_eq!(browser.visit("/who").await.set_cookie(), None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_cookie_that_is_no_session_is_nobodys(pool: PgPool) {
    let site = Site::new(pool);
    for value in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "%00", &"A".repeat(4_000)] {
        let mut browser = site.browser();
        browser.cookie = Some(value.into());
        assert_eq!(browser.who().await, "nobody", "{value:?}");
    }
    assert_eq!(site.sessions().await, 0);
}
