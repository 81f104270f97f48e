//! The probes, and what they say while the process ends.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::spawn_app;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_started_site_is_live_and_ready(pool: PgPool) {
    let app = spawn_app(&pool).await;
    for (path, status) in [("/health/live", "live"), ("/health/ready", "ready")] {
        let response = reqwest::get(app.url(path)).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.json::<Value>().await.expect("JSON"),
            json!({ "status": status })
        );
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_configured_models_are_offered(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let models: Vec<String> = sqlx::query_scalar("select provider_id from models where enabled")
        .fetch_all(&pool)
        .await
        .expect("models");
    assert_eq!(models, ["demo"]);
    app.stop().await;
}
