//! Every way in which a provider can fail, from its wire to the page: what is kept, what is said,
//! what is let go, logged and counted.

use std::time::Duration;

use chat::Failure::{self, *};
use serde_json::Value;
use server::config::{OfferedModel, OpenAi, Provider};
use sqlx::PgPool;

use crate::{
    observed::{Logs, Metrics},
    people::{Browser, Sent},
    support::{App, eventually, spawn_app_with},
    wrong_providers::{nobody, tls_of_a_stranger},
};

/// What the demo model is told to do; the failure; the text that is kept; the requests made.
type Case = (&'static str, Option<Failure>, &'static str, u32);

const KEPT: &str = "The demo model";

const CASES: [Case; 26] = [
    ("[[fault: status=400]]", Some(Rejected), "", 1),
    ("[[fault: status=401]]", Some(Unauthorized), "", 1),
    ("[[fault: status=404]]", Some(UnknownModel), "", 1),
    (
        "[[fault: status=429 retry_after=60]]",
        Some(RateLimited),
        "",
        1,
    ),
    (
        "[[fault: status=429 retry_after=1 times=1]] [[say: fine]]",
        None,
        "fine",
        2,
    ),
    ("[[fault: status=429]]", Some(RateLimited), "", 3),
    ("[[fault: status=500]]", Some(ProviderError), "", 3),
    ("[[fault: status=503]]", Some(ProviderError), "", 3),
    (
        "[[fault: status=503 times=2]] [[say: fine]]",
        None,
        "fine",
        3,
    ),
    ("[[fault: cut]]", Some(Cut), "", 3),
    ("[[fault: cut times=2]] [[say: fine]]", None, "fine", 3),
    ("[[fault: cut after=3]] [[tokens: 9]]", Some(Cut), KEPT, 1),
    ("[[fault: end after=3]] [[tokens: 9]]", Some(Cut), KEPT, 1),
    ("[[fault: stall]] [[tokens: 9]]", Some(Stalled), "", 1),
    (
        "[[fault: stall after=3]] [[tokens: 9]]",
        Some(Stalled),
        KEPT,
        1,
    ),
    ("[[fault: malformed]] [[tokens: 9]]", Some(Malformed), "", 1),
    (
        "[[fault: malformed after=3]] [[tokens: 9]]",
        Some(Malformed),
        KEPT,
        1,
    ),
    ("[[fault: html]]", Some(Malformed), "", 1),
    (
        "[[fault: error after=3]] [[tokens: 9]]",
        Some(ProviderError),
        KEPT,
        1,
    ),
    ("[[fault: empty]]", Some(Empty), "", 1),
    ("[[fault: filtered]]", Some(Rejected), "", 1),
    (
        "[[fault: only-tool-call]] [[tokens: 9]]",
        Some(Empty),
        "",
        1,
    ),
    ("[[fault: tool-call]] [[say: só é]]", None, "só é", 1),
    ("[[fault: unknown]] [[say: só é]]", None, "só é", 1),
    ("[[fault: bytewise]] [[say: só é]]", None, "só é", 1),
    ("[[fault: no-usage]] [[say: só é]]", None, "só é", 1),
];

/// A site whose models are `model` and others, with a short patience.
async fn site(pool: &PgPool, model: &str, base_url: Option<String>) -> App {
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

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Stored {
    body: String,
    status: String,
    failure: Option<String>,
    usage_estimated: bool,
    model: String,
}

async fn stored(pool: &PgPool, sent: &Sent) -> Stored {
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

fn code(failure: Option<Failure>) -> Option<String> {
    let code = serde_json::to_value(failure?).expect("a code");
    code.as_str().map(str::to_owned)
}

/// Waits for the end, and tries everything that must be so then.
async fn ends_as(pool: &PgPool, ada: &Browser, sent: &Sent, case: Case, logs: &Logs) -> Stored {
    let (fault, failure, kept, requests) = case;
    let status = if failure.is_some() {
        "failed"
    } else {
        "complete"
    };
    let page = ada.answered(&sent.conversation, status).await;
    let stored = stored(pool, sent).await;
    let seen = (
        stored.status.as_str(),
        stored.failure.clone(),
        stored.body.as_str(),
    );
    assert_eq!(seen, (status, code(failure), kept), "{fault}");
    page.shows(kept);
    if let Some(failure) = failure {
        page.shows(failure.explain());
    }
    let records = logs.of(&sent.generation);
    let told = |level: &str| records.iter().filter(|r| r["level"] == level).count();
    assert_eq!(
        told("WARN"),
        usize::from(failure.is_some()),
        "{fault}: {records:?}"
    );
    let again = requests - 1;
    assert_eq!(told("INFO"), again as usize, "{fault}: {records:?}");
    stored
}

async fn traffic(app: &App) -> Value {
    let url = format!("http://{}/v1/_requests", app.provider);
    let report = reqwest::get(url).await.expect("an answer");
    report.json().await.expect("JSON")
}

/// Nothing runs, at the provider or here, and the conversation takes the next message.
async fn everything_is_let_go(app: &App, pool: &PgPool) {
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

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_fault_keeps_the_text_says_why_lets_go_and_is_logged_and_counted(pool: PgPool) {
    let (logs, metrics) = (Logs::capture(), Metrics::begin(&pool).await);
    let app = site(&pool, "every", None).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let run = async |case: Case| {
        let sent = ada.say(&format!("{} [[fault: title]]", case.0)).await;
        let stored = ends_as(&pool, &ada, &sent, case, &logs).await;
        if case.1.is_none() {
            assert_eq!(
                stored.usage_estimated,
                case.0.contains("no-usage"),
                "{}",
                case.0
            );
        }
    };
    futures::future::join_all(CASES.into_iter().map(run)).await;
    everything_is_let_go(&app, &pool).await;

    let metrics = metrics.read().await;
    for failure in [
        Rejected,
        Unauthorized,
        UnknownModel,
        RateLimited,
        ProviderError,
        Cut,
        Stalled,
        Malformed,
        Empty,
    ] {
        let code = code(Some(failure)).expect("a code");
        let labels = [("model", "every"), ("failure", &code)];
        // What went away in the end failed, too.
        let (mut failed, mut again) = (0, 0);
        for (fault, ended, _, requests) in CASES {
            let of = ended.or_else(|| match fault {
                f if f.contains("status=429") => Some(RateLimited),
                f if f.contains("status=503") => Some(ProviderError),
                f if f.contains("cut") => Some(Cut),
                _ => None,
            });
            if of == Some(failure) {
                failed += requests - u32::from(ended.is_none());
                again += requests - 1;
            }
        }
        assert_eq!(
            metrics.value("parlance_provider_failures_total", &labels),
            failed,
            "{code}"
        );
        assert_eq!(
            metrics.value("parlance_provider_retries_total", &labels),
            again,
            "{code}"
        );
    }
    let ended = |outcome| {
        metrics.value(
            "parlance_generations_total",
            &[("model", "every"), ("outcome", outcome)],
        )
    };
    let whole = CASES.iter().filter(|case| case.1.is_none()).count() as u32;
    assert_eq!(
        (ended("complete"), ended("failed")),
        (whole, CASES.len() as u32 - whole)
    );
    let with_text = CASES.iter().filter(|case| !case.2.is_empty()).count() as u32;
    assert_eq!(
        metrics.value("parlance_first_token_seconds_count", &[("model", "every")]),
        with_text
    );
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_provider_that_cannot_be_reached_is_asked_three_times_and_told_of(pool: PgPool) {
    let (logs, metrics) = (Logs::capture(), Metrics::begin(&pool).await);
    let wrong = [
        ("refused", nobody().await, "onnection refused"),
        ("dns", "http://provider.invalid/v1".to_owned(), "dns error"),
        ("tls", tls_of_a_stranger().await, "certificate"),
    ];
    for (model, base_url, cause) in wrong {
        let app = site(&pool, model, Some(base_url)).await;
        sqlx::query("update models set is_default = provider_id = $1")
            .bind(model)
            .execute(&pool)
            .await
            .expect("a model");
        let ada = Browser::signed_up(&app, &format!("{model}@example.com")).await;
        let sent = ada.say("hello").await;
        ends_as(&pool, &ada, &sent, (model, Some(Unreachable), "", 3), &logs).await;
        let records = logs.of(&sent.generation);
        assert!(
            records.iter().all(|r| r["fields"]["detail"]
                .as_str()
                .is_some_and(|d| d.contains(cause))),
            "{records:?}"
        );
        let labels = [("model", model), ("failure", "unreachable")];
        assert_eq!(
            metrics
                .read()
                .await
                .value("parlance_provider_failures_total", &labels),
            3
        );
        everything_is_let_go(&app, &pool).await;
        app.stop().await;
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answer_of_ten_million_bytes_is_ended_at_four_mebibytes_and_its_connection_closed(
    pool: PgPool,
) {
    let (logs, metrics) = (Logs::capture(), Metrics::begin(&pool).await);
    let app = site(&pool, "flooding", None).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say("[[fault: flood]]").await;
    // Rendering so much takes its time where nothing is optimised.
    let ended = async {
        loop {
            let stored = stored(&pool, &sent).await;
            if stored.status != "streaming" {
                return stored;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(60), ended).await;
    let stored = ended.expect("the answer ends");
    assert_eq!(
        (stored.failure.as_deref(), stored.body.len()),
        (Some("too_long"), 4 * 1024 * 1024)
    );
    assert!(
        stored
            .body
            .split_whitespace()
            .all(|word| "flood".starts_with(word))
    );
    eventually("the connection is closed", async || {
        traffic(&app).await["disconnected"] == 1
    })
    .await;
    everything_is_let_go(&app, &pool).await;
    let page = ada.open(&format!("/chat/{}", sent.conversation)).await;
    page.shows(TooLong.explain());
    assert_eq!(logs.of(&sent.generation).len(), 1);
    let labels = [("model", "flooding"), ("failure", "too_long")];
    assert_eq!(
        metrics
            .read()
            .await
            .value("parlance_provider_failures_total", &labels),
        1
    );
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_model_answers_under_its_own_name(pool: PgPool) {
    let (logs, metrics) = (Logs::capture(), Metrics::begin(&pool).await);
    let app = site(&pool, "first", None).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada
        .say("[[fault: status=404 model=first]] [[say: Gladly.]]")
        .await;
    let events = ada
        .follow(&sent.generation, None)
        .await
        .text()
        .await
        .expect("a stream that ends");
    assert!(
        events.contains(r#"{"kind":"model","name":"second"}"#),
        "{events}"
    );
    let page = ada.answered(&sent.conversation, "complete").await;
    page.shows("Gladly.").shows("second");
    let stored = stored(&pool, &sent).await;
    assert_eq!(
        (stored.model.as_str(), stored.status.as_str()),
        ("second", "complete")
    );
    let told = logs.of(&sent.generation);
    assert_eq!(
        told.iter().filter(|r| r["level"] == "WARN").count(),
        1,
        "{told:?}"
    );
    let metrics = metrics.read().await;
    let labels = [("model", "first"), ("failure", "unknown_model")];
    assert_eq!(
        metrics.value("parlance_provider_fallbacks_total", &labels),
        1
    );
    let of_second = [("model", "second"), ("outcome", "complete")];
    assert_eq!(metrics.value("parlance_generations_total", &of_second), 1);
    everything_is_let_go(&app, &pool).await;
    app.stop().await;
}
