//! The demo model's server, as any client of OpenAI's API sees it.

use std::{net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use server::demo_model::{self, Options};

async fn spawn(faults: bool) -> String {
    let options = Options {
        tokens_per_second: 10_000,
        first_token: Duration::ZERO,
        faults,
    };
    let (addr, _) = demo_model::spawn(SocketAddr::from(([127, 0, 0, 1], 0)), options)
        .await
        .expect("a free port");
    format!("http://{addr}/v1")
}

fn client() -> reqwest::Client {
    server::adapters::install_tls();
    reqwest::Client::new()
}

async fn post(base: &str, body: &Value) -> reqwest::Response {
    let request = client().post(format!("{base}/chat/completions")).json(body);
    request.send().await.expect("it answers")
}

fn question(text: &str) -> Value {
    json!({ "model": "demo", "messages": [{ "role": "user", "content": text }] })
}

async fn answer(base: &str, text: &str) -> String {
    let body: Value = post(base, &question(text))
        .await
        .json()
        .await
        .expect("JSON");
    body["choices"][0]["message"]["content"]
        .as_str()
        .expect("a text")
        .to_owned()
}

#[tokio::test]
async fn it_lists_itself() {
    let base = spawn(false).await;
    let models: Value = client()
        .get(format!("{base}/models"))
        .send()
        .await
        .expect("it answers")
        .json()
        .await
        .expect("JSON");
    assert_eq!(models["data"][0]["id"], "parlance-demo");
}

#[tokio::test]
async fn the_same_question_has_the_same_answer() {
    let base = spawn(false).await;
    let first = answer(&base, "Why is the sky blue?").await;
    assert_eq!(first, answer(&base, "Why is the sky blue?").await);
    assert!(first.contains("demo model"), "{first}");
}

#[tokio::test]
async fn a_stream_ends_with_usage_when_asked_and_with_done() {
    let base = spawn(false).await;
    let mut body = question("hello");
    body["stream"] = true.into();
    body["stream_options"] = json!({ "include_usage": true });
    let response = post(&base, &body).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let text = response.text().await.expect("a stream that ends");
    let events: Vec<&str> = text.split("\n\n").filter(|e| !e.is_empty()).collect();
    assert_eq!(events.last(), Some(&"data: [DONE]"));
    let usage: Value =
        serde_json::from_str(events[events.len() - 2].trim_start_matches("data: ")).expect("JSON");
    assert_eq!(usage["choices"], json!([]));
    // The role, the tokens, the finish reason, the usage, and the end.
    assert_eq!(usage["usage"]["completion_tokens"], events.len() - 4);
}

#[tokio::test]
async fn a_title_is_made_of_the_first_words() {
    let base = spawn(true).await;
    let mut body = question("how do I bake bread? [[tokens: 900]]");
    let system = json!({ "role": "system", "content": "Write a title of at most six words." });
    body["messages"]
        .as_array_mut()
        .expect("messages")
        .insert(0, system);
    let body: Value = post(&base, &body).await.json().await.expect("JSON");
    assert_eq!(
        body["choices"][0]["message"]["content"],
        "How do I bake bread"
    );
}

#[tokio::test]
async fn a_summary_is_not_steered_by_what_it_summarises() {
    let base = spawn(true).await;
    let mut body = question("User: hello [[fault: status=500]]");
    let system = json!({ "role": "system", "content": "Summarise the conversation that follows." });
    body["messages"]
        .as_array_mut()
        .expect("messages")
        .insert(0, system);
    let body: Value = post(&base, &body).await.json().await.expect("JSON");
    assert_eq!(
        body["choices"][0]["message"]["content"],
        "The demo model summarises nothing. It read: User: hello [[fault: status=500]]"
    );
}

#[tokio::test]
async fn directives_are_plain_words_unless_faults_are_on() {
    let base = spawn(false).await;
    let response = post(&base, &question("[[fault: status=500]]")).await;
    assert_eq!(response.status(), 200);
    let report = client()
        .get(format!("{base}/_requests"))
        .send()
        .await
        .expect("it answers");
    assert_eq!(report.status(), 404);
}

#[tokio::test]
async fn an_answer_has_as_many_tokens_as_asked_for() {
    let base = spawn(true).await;
    let body: Value = post(&base, &question("[[tokens: 500]]"))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(body["usage"]["completion_tokens"], 500);
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_openais_shape() {
    let base = spawn(false).await;
    let response = post(&base, &json!({ "messages": 5 })).await;
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["error"]["type"], "invalid_request_error");
}
