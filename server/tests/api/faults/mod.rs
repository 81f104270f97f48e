//! Every way in which a provider can fail, from its wire to the page: what is kept, what is said,
//! what is let go, logged and counted.

mod cases;
mod checks;

use std::{collections::BTreeMap, time::Duration};

use chat::Failure::{TooLong, Unreachable};
use sqlx::PgPool;

use crate::{
    observed::{Exposition, Logs, Metrics},
    people::Browser,
    support::eventually,
    wrong_providers::{nobody, tls_of_a_stranger},
};
use cases::{CASES, Case, tried};
use checks::{code, ends_as, everything_is_let_go, site, stored, traffic};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_fault_keeps_the_text_says_why_lets_go_and_is_logged_and_counted(pool: PgPool) {
    let (logs, metrics) = (Logs::capture(), Metrics::begin(&pool).await);
    let app = site(&pool, "every", None).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let run = async |case: Case| {
        let fault = case.directives;
        let sent = ada.say(&format!("[[fault: title]] {fault}")).await;
        let stored = ends_as(&pool, &ada, &sent, case, &logs).await;
        if stored.status == "complete" {
            let uncounted = fault.contains("no-usage");
            assert_eq!(stored.usage_estimated, uncounted, "{fault}");
        }
    };
    futures::future::join_all(CASES.into_iter().map(run)).await;
    everything_is_let_go(&app, &pool).await;
    is_counted(&metrics.read().await, "every");
    app.stop().await;
}

/// Every case has been counted, under this model.
fn is_counted(metrics: &Exposition, model: &str) {
    let mut by_failure: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for case in CASES {
        if let Some(failure) = case.failure {
            let (failed, again) = by_failure.entry(code(failure)).or_default();
            *failed += case.failures();
            *again += case.requests - 1;
        }
    }
    for (code, expected) in by_failure {
        let labels = [("model", model), ("failure", code.as_str())];
        let counted = (
            metrics.value("parlance_provider_failures_total", &labels),
            metrics.value("parlance_provider_retries_total", &labels),
        );
        assert_eq!(counted, expected, "{code}");
    }
    let count = |is: fn(&Case) -> bool| CASES.iter().filter(|case| is(case)).count() as u32;
    let ended = |outcome| {
        let labels = [("model", model), ("outcome", outcome)];
        metrics.value("parlance_generations_total", &labels)
    };
    assert_eq!(ended("failed"), count(|case| case.is_final));
    assert_eq!(ended("complete"), count(|case| !case.is_final));
    let first_tokens = metrics.value("parlance_first_token_seconds_count", &[("model", model)]);
    assert_eq!(first_tokens, count(|case| !case.kept.is_empty()));
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
        ends_as(&pool, &ada, &sent, tried(model, Unreachable), &logs).await;
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
async fn an_answer_without_end_is_ended_at_four_mebibytes_and_its_connection_closed(pool: PgPool) {
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
