//! The main job: a message, and its answer as it is written.

use serde_json::Value;
use sqlx::PgPool;

use crate::{
    people::{Browser, fresh_id},
    support::{App, eventually, spawn_app},
};

async fn count(pool: &PgPool, sql: &str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(pool)
        .await
        .expect("a count")
}

async fn traffic(app: &App) -> Value {
    let url = format!("http://{}/v1/_requests", app.provider);
    reqwest::get(url)
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON")
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_form_without_javascript_begins_a_conversation(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let fields = [
        ("message_id", fresh_id()),
        ("body", "[[say: **Bread** needs time.]]".to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let sent = ada.submit("/chat", "/api/fn/chat/send", &fields).await;
    let conversation = sent
        .sends_to()
        .strip_prefix("/chat/")
        .expect("a conversation")
        .to_owned();
    ada.answered(&conversation, "complete")
        .await
        .shows("<strong>Bread</strong> needs time.");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_conversation_gets_a_title_by_itself(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    ada.say("how do I bake bread? [[tokens: 5]]").await;
    eventually("a title", async || {
        ada.open("/chat").await.html.contains("How do I bake bread")
    })
    .await;
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_a_long_conversation_loses_is_summarised_for_the_model(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let mut conversation = String::new();
    // The model reads 8,000 tokens, and each message is about 2,000.
    for n in 0..3 {
        let body = format!("[[say: Answer {n}.]] {}", "word ".repeat(1_200));
        let sent = ada.say_in(&conversation, &body).await;
        conversation = sent.conversation;
        ada.answered(&conversation, "complete").await;
        let open = "select count(*) from generations where status = 'running'";
        eventually("an end", async || count(&pool, open).await == 0).await;
    }
    let summaries =
        "select count(*) from summaries where input_tokens > 1000 and not usage_estimated";
    eventually("a summary", async || count(&pool, summaries).await == 1).await;
    ada.say_in(&conversation, "[[say: Yes.]] still there?")
        .await;
    eventually("a request with the summary", async || {
        let seen = traffic(&app).await.to_string();
        seen.contains("records what was said") && seen.contains("The demo model summarises nothing")
    })
    .await;
    let event =
        "select count(*) from outbox where kind = 'parlance.chat.conversation_summarised.v1'";
    assert_eq!(count(&pool, event).await, 1);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answer_is_followed_by_events_that_can_be_resumed(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say("[[tokens: 300]] [[speed: 500]]").await;
    let response = ada.follow(&sent.generation, None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(!response.headers().contains_key("content-encoding"));
    let events = response.text().await.expect("a stream that ends");
    let ids: Vec<usize> = events
        .lines()
        .filter_map(|l| l.strip_prefix("id:")?.trim().parse().ok())
        .collect();
    assert!(ids.len() > 5, "{ids:?}");
    let last = ids.iter().max().expect("an event").to_string();
    let rest = ada
        .follow(&sent.generation, Some(&last))
        .await
        .text()
        .await
        .expect("a stream that ends");
    assert!(
        rest.len() < events.len() / 2,
        "{} of {} bytes once more",
        rest.len(),
        events.len()
    );
    assert!(rest.contains("complete"), "{rest}");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_same_message_twice_is_one_message(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let id = fresh_id();
    let fields = [("message_id", id.as_str()), ("body", "[[tokens: 3]]")];
    let (one, other) = tokio::join!(
        ada.call("/api/fn/chat/send", &fields),
        ada.call("/api/fn/chat/send", &fields)
    );
    assert_eq!((one.0, other.0), (200, 200));
    assert_eq!(one.1["answer"]["id"], other.1["answer"]["id"]);
    ada.answered(
        one.1["conversation_id"].as_str().expect("a conversation"),
        "complete",
    )
    .await;
    let rows: i64 = sqlx::query_scalar("select count(*) from messages")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(rows, 2, "the message and its answer");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn stop_closes_the_request_to_the_provider(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada
        .say("[[tokens: 100000]] [[speed: 50]] [[fault: title]]")
        .await;
    eventually("the answer has begun", async || {
        traffic(&app).await["in_flight"] == 1
    })
    .await;
    let (status, answer) = ada
        .call("/api/fn/chat/stop", &[("generation_id", &sent.generation)])
        .await;
    assert_eq!(status, 200, "{answer}");
    eventually("the connection is closed", async || {
        traffic(&app).await["disconnected"] == 1
    })
    .await;
    ada.answered(&sent.conversation, "stopped").await;
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn closing_the_page_does_not_end_the_answer(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say("[[tokens: 200]] [[speed: 200]]").await;
    drop(ada.follow(&sent.generation, None).await);
    ada.answered(&sent.conversation, "complete").await;
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_providers_failure_is_explained_and_keeps_what_arrived(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let table = [
        ("[[fault: status=401]]", "refused our access", ""),
        ("[[fault: status=429]]", "too many requests", ""),
        (
            "[[fault: cut after=3]] [[tokens: 9]]",
            "broke before the answer was complete",
            "The demo model",
        ),
        (
            "[[fault: stall after=3]] [[tokens: 9]]",
            "fell silent",
            "The demo model",
        ),
        (
            "[[fault: malformed after=3]] [[tokens: 9]]",
            "could not be understood",
            "The demo model",
        ),
        ("[[fault: empty]]", "empty answer", ""),
    ];
    for (fault, sentence, kept) in table {
        let sent = ada.say(fault).await;
        ada.answered(&sent.conversation, "failed")
            .await
            .shows(sentence)
            .shows(kept);
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_orderly_end_keeps_what_has_arrived(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say("[[tokens: 100000]] [[speed: 100]]").await;
    let stream = ada.follow(&sent.generation, None).await;
    eventually("something has arrived", async || {
        ada.open(&format!("/chat/{}", sent.conversation))
            .await
            .html
            .contains("The demo model")
    })
    .await;
    let (_, events) = tokio::join!(app.stop(), stream.text());
    assert!(events.is_ok(), "the stream closes in order");
    let (status, body): (String, String) =
        sqlx::query_as("select status, body from messages where role = 'assistant'")
            .fetch_one(&pool)
            .await
            .expect("an answer");
    assert_eq!(status, "interrupted");
    assert!(body.starts_with("The demo model"), "{body}");
}
