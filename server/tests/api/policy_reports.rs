//! What browsers report of the policy.

use reqwest::{Client, Response};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{App, spawn_app};

async fn report(app: &App, site: &'static str, body: String) -> Response {
    let post = Client::new()
        .post(app.url("/api/csp-reports"))
        .header("content-type", "application/csp-report")
        .header("sec-fetch-site", site);
    post.body(body).send().await.expect("an answer")
}

fn violation() -> String {
    json!({ "csp-report": { "effective-directive": "img-src", "blocked-uri": "https://x.org/a.png" } })
        .to_string()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_report_is_taken_and_nothing_else(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let status = async |site, body: String| report(&app, site, body).await.status().as_u16();
    assert_eq!(status("same-origin", violation()).await, 204);
    let list = json!([{ "type": "csp-violation", "body": { "effectiveDirective": "img-src" } }]);
    assert_eq!(status("same-origin", list.to_string()).await, 204);
    assert_eq!(status("cross-site", violation()).await, 403);
    for nonsense in ["", "{", "[]", "null", "\u{0}", "{\"csp-report\": 1}"] {
        assert_eq!(
            status("same-origin", nonsense.into()).await,
            400,
            "{nonsense}"
        );
    }
    assert_eq!(status("same-origin", "x".repeat(65 * 1024)).await, 413);
    let get = reqwest::get(app.url("/api/csp-reports"));
    assert_eq!(get.await.expect("an answer").status(), 405);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn so_many_reports_at_once_are_read_and_no_more(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let mut refused = 0;
    for _ in 0..60 {
        let status = report(&app, "same-origin", violation()).await.status();
        assert!(matches!(status.as_u16(), 204 | 429), "{status}");
        refused += u32::from(status == 429);
    }
    assert!((20..=30).contains(&refused), "{refused}");
    app.stop().await;
}
