//! What must be so after any fault.

use std::time::Duration;

use chat::Failure;
use serde_json::Value;
use server::config::{OfferedModel, OpenAi, Provider};
use sqlx::PgPool;

use super::cases::Case;
use crate::{
    observed::Logs,
    people::{Browser, Sent},
    support::{App, eventually, spawn_app_with},
};

/// A site whose models are `model` and others, with a short patience.
pub async fn site(pool: &PgPool, model: &str, base_url: Option<String>) -> App {
    let options = pool.connect_options().as_ref().clone();
    spawn_app_with(options, |config| {
        let Provider::OpenAi(known) = &config.provider else {
            panic!("the tests have a provider");
        };
        config.provider = Provider::OpenAi(OpenAi {
            base_url: base_url.unwrap_or_else(|| known.base_url.clone()),
            models: [model, "second"].map(offered).to_vec(),
            fallback: model.starts_with("first").then(|| "second".to_owned()),
            ..known.clone()
        });
        config.provider_idle_timeout = Duration::from_millis(500);
    })
    .await
}

fn offered(id: &str) -> OfferedModel {
    OfferedModel {
        provider_id: id.to_owned(),
        context_window: 8_000,
    }
}

/// An answer as it is in the database.
#[derive(Debug, sqlx::FromRow)]
pub struct Stored {
    pub body: String,
    pub status: String,
    pub failure: Option<String>,
    pub usage_estimated: bool,
    pub model: String,
}

pub async fn stored(pool: &PgPool, sent: &Sent) -> Stored {
    sqlx::query_as(
        "select m.body, m.status, g.failure, g.usage_estimated, models.provider_id as model
         from generations g join messages m on m.id = g.message_id join models on models.id = g.model_id
         where g.id = $1::uuid",
    )
    .bind(&sent.generation)
    .fetch_one(pool)
    .await
    .expect("a run")
}

/// As stored and as a label.
pub fn code(failure: Failure) -> String {
    let code = serde_json::to_value(failure).expect("a code");
    code.as_str().expect("a text").to_owned()
}

/// Waits for the end, and tries everything that must be so then.
pub async fn ends_as(pool: &PgPool, ada: &Browser, sent: &Sent, case: Case, logs: &Logs) -> Stored {
    let fault = case.directives;
    let failure = case.failure.filter(|_| case.is_final);
    let status = failure.map_or("complete", |_| "failed");
    let page = ada.answered(&sent.conversation, status).await;
    let stored = stored(pool, sent).await;
    assert_eq!(stored.status, status, "{fault}");
    assert_eq!(stored.failure, failure.map(code), "{fault}");
    assert_eq!(stored.body, case.kept, "{fault}");
    page.shows(case.kept);
    if let Some(failure) = failure {
        page.shows(failure.explain());
    }
    let records = logs.of(&sent.generation);
    let told = |level: &str| records.iter().filter(|r| r["level"] == level).count();
    let logged = (told("WARN"), told("INFO") as u32);
    let expected = (usize::from(failure.is_some()), case.requests - 1);
    assert_eq!(logged, expected, "{fault}: {records:?}");
    stored
}

/// What the provider's server has seen.
pub async fn traffic(app: &App) -> Value {
    let url = format!("http://{}/v1/_requests", app.provider);
    let report = reqwest::get(url).await.expect("an answer");
    report.json().await.expect("JSON")
}

/// Nothing runs, at the provider or here, and nothing is left of what ran.
pub async fn everything_is_let_go(app: &App, pool: &PgPool) {
    eventually("the provider's connections are closed", async || {
        traffic(app).await["in_flight"] == 0
    })
    .await;
    let held: i64 = sqlx::query_scalar(
        "select (select count(*) from generations where status = 'running' or finished_at is null)
              + (select count(*) from messages where status = 'streaming') + (select count(*) from answer_pieces)",
    )
    .fetch_one(pool)
    .await
    .expect("a count");
    assert_eq!(held, 0);
}
