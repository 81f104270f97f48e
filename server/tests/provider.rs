//! The adapter for providers against the demo model's server, over HTTP: every way in which a
//! provider can misbehave becomes the right failure.

use std::{net::SocketAddr, time::Duration};

use chat::{
    Failure, Speaker,
    model_client::{CompletionRequest, Delta, Deltas, ModelClient, ModelError, Turn, Usage},
};
use futures::StreamExt;
use kernel::Clock;
use serde_json::Value;
use server::{
    adapters::openai::OpenAiClient,
    config::OpenAi,
    demo_model::{self, Options},
};

const KEY: &str = "sk-a-secret";

struct Provider {
    addr: SocketAddr,
    client: OpenAiClient,
}

async fn provider() -> Provider {
    provider_with_patience(Duration::from_millis(500)).await
}

async fn provider_with_patience(idle: Duration) -> Provider {
    let options = Options {
        tokens_per_second: 10_000,
        first_token: Duration::ZERO,
        faults: true,
    };
    let (addr, _) = demo_model::spawn(SocketAddr::from(([127, 0, 0, 1], 0)), options)
        .await
        .expect("a free port");
    Provider {
        addr,
        client: client(&format!("http://{addr}/v1"), idle),
    }
}

fn client(base_url: &str, idle: Duration) -> OpenAiClient {
    let settings = OpenAi {
        api_key: KEY.into(),
        base_url: base_url.to_owned(),
        models: Vec::new(),
        fallback: None,
    };
    OpenAiClient::new(&settings, idle).expect("TLS is there")
}

fn asking(question: &str) -> CompletionRequest {
    let turn = |speaker, text: &str| Turn {
        speaker,
        text: text.to_owned(),
    };
    CompletionRequest {
        conversation_id: Clock::system().uuid().into(),
        model: "demo".to_owned(),
        system: "Be brief.".to_owned(),
        turns: vec![
            turn(Speaker::User, "hello"),
            turn(Speaker::Assistant, "hi"),
            turn(Speaker::User, question),
        ],
        max_tokens: None,
    }
}

/// The text, the other deltas, and how it ended.
async fn read(mut deltas: Deltas) -> (String, Vec<Delta>, Option<ModelError>) {
    let (mut text, mut others) = (String::new(), Vec::new());
    while let Some(delta) = deltas.next().await {
        match delta {
            Ok(Delta::Text(more)) => text.push_str(&more),
            Ok(other) => others.push(other),
            Err(error) => return (text, others, Some(error)),
        }
    }
    (text, others, None)
}

async fn ask(provider: &Provider, question: &str) -> (String, Vec<Delta>, Option<ModelError>) {
    match provider.client.stream(asking(question)).await {
        Ok(deltas) => read(deltas).await,
        Err(error) => (String::new(), Vec::new(), Some(error)),
    }
}

async fn failure(question: &str) -> (String, Failure) {
    let provider = provider().await;
    let (text, _, error) = ask(&provider, question).await;
    (text, error.expect("it fails").failure)
}

async fn traffic(provider: &Provider) -> Value {
    let url = format!("http://{}/v1/_requests", provider.addr);
    reqwest::get(url)
        .await
        .expect("it answers")
        .json()
        .await
        .expect("JSON")
}

#[tokio::test]
async fn an_answer_arrives_whole_with_its_usage_and_its_end() {
    let provider = provider().await;
    let (text, others, error) = ask(&provider, "[[say: **Bold** and ünïcödé 👩‍💻.]]").await;
    assert_eq!(text, "**Bold** and ünïcödé 👩‍💻.");
    assert!(error.is_none(), "{error:?}");
    assert!(
        matches!(
            others[..],
            [
                Delta::Usage(Usage {
                    input_tokens: 1..,
                    output_tokens: 4..,
                    ..
                }),
                Delta::Finished
            ]
        ),
        "{others:?}"
    );
}

#[tokio::test]
async fn the_whole_conversation_is_sent_with_the_key() {
    let provider = provider().await;
    ask(&provider, "and now?").await;
    let seen = traffic(&provider).await;
    let roles: Vec<_> = seen["last"]["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|m| &m["role"])
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert_eq!(seen["last"]["stream_options"]["include_usage"], true);
}

#[tokio::test]
async fn an_answer_can_be_had_at_once() {
    let provider = provider().await;
    let completion = provider
        .client
        .complete(asking("[[say: all of it]]"))
        .await
        .expect("an answer");
    assert_eq!(completion.text, "all of it");
    assert!(completion.usage.is_some());
}

#[tokio::test]
async fn a_status_becomes_the_failure_that_the_reader_can_act_on() {
    let table = [
        (400, Failure::Rejected),
        (401, Failure::Unauthorized),
        (403, Failure::Unauthorized),
        (404, Failure::UnknownModel),
        (413, Failure::Rejected),
        (429, Failure::RateLimited),
        (500, Failure::ProviderError),
        (503, Failure::ProviderError),
    ];
    for (status, expected) in table {
        let (_, failure) = failure(&format!("[[fault: status={status}]]")).await;
        assert_eq!(failure, expected, "{status}");
    }
}

#[tokio::test]
async fn a_request_is_made_once_and_the_wait_asked_for_is_passed_on() {
    let provider = provider().await;
    let (_, _, error) = ask(&provider, "[[fault: status=429 retry_after=2]]").await;
    assert_eq!(
        error.and_then(|e| e.retry_after),
        Some(Duration::from_secs(2))
    );
    assert_eq!(traffic(&provider).await["total"], 1);
}

#[tokio::test]
async fn a_broken_connection_and_a_missing_finish_reason_are_a_cut() {
    for fault in ["cut", "end"] {
        let (text, failure) = failure(&format!("[[fault: {fault} after=3]] [[tokens: 50]]")).await;
        assert_eq!(
            (text.as_str(), failure),
            ("The demo model", Failure::Cut),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn silence_is_a_stall_and_keeps_what_has_arrived() {
    let (text, failure) = failure("[[fault: stall after=3]] [[tokens: 50]]").await;
    assert_eq!(
        (text.as_str(), failure),
        ("The demo model", Failure::Stalled)
    );
    let (text, failure) = self::failure("[[first-token: 60000ms]] [[fault: status=500]]").await;
    assert_eq!((text.as_str(), failure), ("", Failure::ProviderError));
}

#[tokio::test]
async fn comments_keep_a_slow_answer_alive() {
    let provider = provider().await;
    let mut deltas = provider
        .client
        .stream(asking("[[fault: comments after=1]] [[tokens: 9]]"))
        .await
        .expect("accepted");
    assert!(matches!(deltas.next().await, Some(Ok(Delta::Text(_)))));
    let patience = tokio::time::timeout(Duration::from_millis(1500), deltas.next()).await;
    assert!(
        patience.is_err(),
        "a byte every 100 ms is no silence: {patience:?}"
    );
}

#[tokio::test]
async fn nonsense_within_a_stream_is_malformed() {
    let (text, failure) = failure("[[fault: malformed after=2]] [[tokens: 9]]").await;
    assert_eq!((text.as_str(), failure), ("The demo", Failure::Malformed));
    let (_, failure) = self::failure("[[fault: html]]").await;
    assert_eq!(failure, Failure::Malformed);
}

#[tokio::test]
async fn an_error_within_a_stream_is_the_providers() {
    let (text, failure) = failure("[[fault: error after=2]] [[tokens: 9]]").await;
    assert_eq!(
        (text.as_str(), failure),
        ("The demo", Failure::ProviderError)
    );
}

#[tokio::test]
async fn an_answer_without_text_says_why() {
    assert_eq!(failure("[[fault: empty]]").await.1, Failure::Empty);
    assert_eq!(failure("[[fault: filtered]]").await.1, Failure::Rejected);
}

#[tokio::test]
async fn what_other_clients_need_is_passed_over() {
    for fault in ["tool-call", "bytewise", "refuse"] {
        let provider = provider().await;
        let (text, others, error) =
            ask(&provider, &format!("[[fault: {fault}]] [[say: só é 👩‍💻]]")).await;
        assert!(error.is_none(), "{fault}: {error:?}");
        assert_eq!(text, "só é 👩‍💻", "{fault}");
        assert_eq!(others.last(), Some(&Delta::Finished), "{fault}");
    }
}

#[tokio::test]
async fn missing_usage_is_no_failure() {
    let provider = provider().await;
    let (_, others, error) = ask(&provider, "[[fault: no-usage]] [[tokens: 3]]").await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(others, [Delta::Finished]);
}

#[tokio::test]
async fn dropping_the_stream_closes_the_request() {
    let provider = provider().await;
    let mut deltas = provider
        .client
        .stream(asking("[[tokens: 100000]] [[speed: 50]]"))
        .await
        .expect("accepted");
    assert!(deltas.next().await.is_some());
    assert_eq!(traffic(&provider).await["in_flight"], 1);
    drop(deltas);
    let closed = async {
        while traffic(&provider).await["disconnected"] != 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(2), closed)
        .await
        .expect("the provider sees the connection close");
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_unreachable() {
    // A port that was free a moment ago.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let addr = listener.local_addr().expect("an address");
    drop(listener);
    let client = client(&format!("http://{addr}/v1"), Duration::from_secs(5));
    let error = client
        .stream(asking("hello"))
        .await
        .err()
        .expect("it fails");
    assert_eq!(error.failure, Failure::Unreachable);
}

#[tokio::test]
async fn a_provider_that_never_answers_has_stalled() {
    let provider = provider_with_patience(Duration::from_millis(100)).await;
    let request = CompletionRequest {
        system: "Write a title.".to_owned(),
        ..asking("hello")
    };
    assert!(provider.client.complete(request).await.is_ok());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let client = client(&format!("http://{addr}/v1"), Duration::from_millis(100));
    let error = client
        .stream(asking("hello"))
        .await
        .err()
        .expect("it fails");
    assert_eq!(error.failure, Failure::Stalled);
}

#[tokio::test]
async fn no_failure_names_the_key() {
    let error = {
        let provider = provider().await;
        let echo = format!("[[fault: status=400]] {KEY}");
        ask(&provider, &echo).await.2.expect("it fails")
    };
    assert!(!format!("{error} {error:?}").contains(KEY));
}
