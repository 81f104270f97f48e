//! One trace from a request to the last thing that it causes, told to a collector over OTLP.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{Span, span::SpanKind},
};
use prost::Message;
use serde_json::Value as Json;
use sqlx::PgPool;
use tokio::{net::TcpListener, time::timeout};

use crate::{
    alone,
    people::Person,
    servers::{Server, provider, url_of},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const WORDS: &str = "a secret of Ada's";

/// A collector: what was posted to it.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Bytes>>>);

impl Collector {
    async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let take = async |State(Collector(posted)): State<Collector>, body: Bytes| {
            posted.lock().expect("no panic").push(body);
        };
        let router = Router::new()
            .route("/v1/traces", post(take))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{addr}")
    }

    fn posted(&self) -> Vec<Bytes> {
        self.0.lock().expect("no panic").clone()
    }

    fn holds(&self, words: &str) -> bool {
        let words = words.as_bytes();
        let mut posted = self.posted().into_iter();
        posted.any(|body| body.windows(words.len()).any(|part| part == words))
    }

    /// The spans of a trace, by name.
    fn spans(&self, trace: &str) -> BTreeMap<String, Span> {
        let of_trace = |span: &Span| hex(&span.trace_id) == trace;
        self.posted()
            .iter()
            .map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("OTLP"))
            .flat_map(|request| request.resource_spans)
            .inspect(|of| {
                let resource = of.resource.as_ref().expect("a resource");
                let name = text(&resource.attributes, "service.name");
                assert_eq!(name.as_deref(), Some("parlance"));
            })
            .flat_map(|of| of.scope_spans)
            .flat_map(|of| of.spans)
            .filter(of_trace)
            .map(|span| (span.name.clone(), span))
            .collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(attributes: &[KeyValue], key: &str) -> Option<Value> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    found.value.clone()?.value
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    match attribute(attributes, key)? {
        Value::StringValue(text) => Some(text),
        other => Some(format!("{other:?}")),
    }
}

/// Ends a process after everything that a message causes has happened; tells its log.
async fn settle(pool: &PgPool, server: &mut Server) -> Vec<Json> {
    let settled = async {
        let left = "select count(*) from outbox where published_at is null";
        let done = "select count(*) from generations where status = 'completed'";
        let count = async |sql| sqlx::query_scalar::<_, i64>(sql).fetch_one(pool).await;
        while count(done).await.ok() != Some(1) || count(left).await.ok() != Some(0) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), settled)
        .await
        .expect("all is done");
    server.terminate().await;
    assert!(server.ended().await.success());
    let log = server.log();
    let records = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    records.collect()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn one_trace_leads_from_the_request_to_the_consumers(pool: PgPool) {
    let _alone = alone().await;
    let collector = Collector::default();
    let endpoint = collector.listen().await;
    let otlp = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    let mut server = Server::start(&url_of(&pool), provider().await, &otlp).await;
    let ada = Person::new(&pool).await;
    let body = format!("{WORDS} [[tokens: 20]]");
    let sent = ada.say_in(&server, TRACEPARENT, &body).await;
    assert_eq!(sent.status(), 200);
    let log = settle(&pool, &mut server).await;

    let spans = collector.spans(TRACE);
    let names: Vec<_> = spans.keys().map(String::as_str).collect();
    for name in [
        "POST /api/fn/chat/send",
        "chat.send_message",
        "chat.generate",
        "chat demo",
        "consumers.attempt",
        "chat.title_conversation",
    ] {
        assert!(spans.contains_key(name), "{name} is not among {names:?}");
    }
    let asked = &spans["chat demo"];
    assert_eq!(asked.kind(), SpanKind::Client);
    for (key, value) in [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "openai"),
        ("gen_ai.request.model", "demo"),
        ("server.address", "127.0.0.1"),
    ] {
        assert_eq!(
            text(&asked.attributes, key).as_deref(),
            Some(value),
            "{key}"
        );
    }
    assert_eq!(spans["POST /api/fn/chat/send"].kind(), SpanKind::Server);
    // The answer is streamed; its title, asked for by the consumer, is not.
    let streamed = collector_span(&collector, "gen_ai.response.time_to_first_chunk");
    assert!(matches!(
        attribute(&streamed.attributes, "gen_ai.usage.output_tokens"),
        Some(Value::IntValue(20))
    ));
    let reasons = text(&streamed.attributes, "gen_ai.response.finish_reasons");
    assert!(reasons.is_some_and(|reasons| reasons.contains("stop")));
    let conversation: kernel::id::Uuid = sqlx::query_scalar("select id from conversations")
        .fetch_one(&pool)
        .await
        .expect("the conversation");
    assert_eq!(
        text(&streamed.attributes, "gen_ai.conversation.id"),
        Some(conversation.to_string())
    );

    let traceparents: Vec<String> = sqlx::query_scalar("select traceparent from outbox")
        .fetch_all(&pool)
        .await
        .expect("events");
    assert!(traceparents.len() >= 4, "{traceparents:?}");
    for traceparent in traceparents {
        assert!(traceparent.contains(TRACE), "{traceparent}");
    }

    for record in &log {
        for field in ["timestamp", "level", "service", "message"] {
            assert!(record[field].is_string(), "{field} of {record}");
        }
    }
    let answered = log
        .iter()
        .find(|record| record["message"] == "answered" && record["path"] == "/api/fn/chat/send");
    let answered = answered.expect("the request is logged");
    assert_eq!(answered["trace_id"], TRACE);
    assert_eq!(answered["user_id"], ada.id.to_string());
    assert_eq!(answered["span_id"].as_str().map(str::len), Some(16));
    assert!(answered["request_id"].is_string());

    let said = log.iter().any(|record| record.to_string().contains(WORDS));
    assert!(
        !said && !collector.holds(WORDS),
        "what people write is in no log and no trace"
    );
}

/// The span of the trace that has this attribute.
fn collector_span(collector: &Collector, key: &str) -> Span {
    let posted = collector.posted();
    let spans = posted
        .iter()
        .map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("OTLP"))
        .flat_map(|request| request.resource_spans)
        .flat_map(|of| of.scope_spans)
        .flat_map(|of| of.spans);
    let mut found = spans.filter(|span| attribute(&span.attributes, key).is_some());
    found.next().unwrap_or_else(|| panic!("no span has {key}"))
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_written_is_in_the_traces_only_where_that_is_switched_on(pool: PgPool) {
    let _alone = alone().await;
    let collector = Collector::default();
    let endpoint = collector.listen().await;
    let settings = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true"),
    ];
    let mut server = Server::start(&url_of(&pool), provider().await, &settings).await;
    let ada = Person::new(&pool).await;
    let body = format!("{WORDS} [[say: the answer to it]]");
    ada.say_in(&server, TRACEPARENT, &body).await;
    let log = settle(&pool, &mut server).await;
    let asked = collector_span(&collector, "gen_ai.response.time_to_first_chunk");
    let messages = text(&asked.attributes, "gen_ai.input.messages").expect("the prompt");
    assert!(messages.contains(WORDS), "{messages}");
    let answer = text(&asked.attributes, "gen_ai.output.messages").expect("the answer");
    assert!(answer.contains("the answer to it"), "{answer}");
    assert!(attribute(&asked.attributes, "gen_ai.system_instructions").is_some());
    let said = log.iter().any(|record| record.to_string().contains(WORDS));
    assert!(!said, "not in the log");
}

#[cfg(target_os = "linux")]
#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_a_collector_nothing_of_it_runs(pool: PgPool) {
    let _alone = alone().await;
    let server = Server::start(&url_of(&pool), provider().await, &[]).await;
    let tasks = std::fs::read_dir(format!("/proc/{}/task", server.id())).expect("threads");
    let names: Vec<_> = tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .collect();
    assert!(!names.is_empty());
    assert!(
        !names.iter().any(|name| name.starts_with("OpenTelemetry")),
        "{names:?}"
    );
}
