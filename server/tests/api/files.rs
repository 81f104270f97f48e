//! The site's files.

use sqlx::PgPool;

use crate::support::spawn_app;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn files_are_compressed_for_whoever_takes_it(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let get = |encoding: &'static str| {
        reqwest::Client::new()
            .get(app.url("/pkg/site.css"))
            .header("accept-encoding", encoding)
            .send()
    };
    for (accepted, sent) in [
        ("br, gzip", Some("br")),
        ("gzip", Some("gzip")),
        ("identity", None),
    ] {
        let response = get(accepted).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/css");
        let encoding = response
            .headers()
            .get("content-encoding")
            .and_then(|value| value.to_str().ok());
        assert_eq!(encoding, sent);
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn files_beside_the_bundle_are_served_and_none_outside(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let status = |path: &'static str| async {
        reqwest::get(app.url(path))
            .await
            .expect("an answer")
            .status()
    };
    assert_eq!(status("/robots.txt").await, 200);
    for path in [
        "/pkg/missing.js",
        "/pkg/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%00",
        "/pkg/%ff",
    ] {
        assert_eq!(status(path).await, 404, "{path}");
    }
    app.stop().await;
}
