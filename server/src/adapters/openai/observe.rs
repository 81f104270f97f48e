//! A request to the provider as OpenTelemetry's conventions for generative AI describe it (status
//! "development", in the repository semantic-conventions-genai, docs/gen-ai): a span, and metrics by
//! the names that Prometheus gives theirs.
//!
//! What people and models write is in neither, unless the configuration says so; and then it is in the
//! span only, never in the log.

use std::time::Instant;

use chat::{
    Speaker, measures,
    model_client::{CompletionRequest, ModelError, Usage},
};
use metrics::{Unit, describe_histogram, histogram};
use opentelemetry::{Array, StringValue, Value as Attribute};
use serde_json::json;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The histogram of whole requests, in seconds; with [`BUCKETS`].
pub const DURATION: &str = "gen_ai_client_operation_duration_seconds";
/// The histogram of the wait for the first chunk of a stream, in seconds; with [`BUCKETS`].
pub const FIRST_CHUNK: &str = "gen_ai_client_operation_time_to_first_chunk_seconds";
/// The histogram of tokens a request, as the provider counts them; with [`TOKEN_BUCKETS`].
pub const TOKENS: &str = "gen_ai_client_token_usage";

/// As the conventions have them.
pub const BUCKETS: [f64; 14] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/// As the conventions have them, up to what any model's window holds.
pub const TOKEN_BUCKETS: [f64; 11] = [
    1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0,
];

/// Whose dialect is spoken; not whose machine answers.
const PROVIDER: &str = "openai";
/// Both kinds of request are this.
const OPERATION: &str = "chat";

/// Says what each is, to the recorder that is installed.
pub fn describe() {
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Requests to the provider, by model and error."
    );
    describe_histogram!(
        FIRST_CHUNK,
        Unit::Seconds,
        "From a request to the provider to the first chunk of its answer."
    );
    describe_histogram!(
        TOKENS,
        "Tokens of a request and of its answer, as the provider counts."
    );
}

/// Where requests go, and whether their text is kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    host: String,
    port: u16,
    pub(super) capture: bool,
}

impl Place {
    pub(super) fn of(base_url: &str) -> Self {
        let url = reqwest::Url::parse(base_url).ok();
        let host = url.as_ref().and_then(|url| url.host_str());
        Self {
            host: host.unwrap_or_default().to_owned(),
            port: url
                .as_ref()
                .and_then(|url| url.port_or_known_default())
                .unwrap_or_default(),
            capture: false,
        }
    }
}

/// One request, until it is dropped.
pub(super) struct Call {
    span: Span,
    begun: Instant,
    model: String,
    streams: bool,
    chunks: bool,
    failure: Option<&'static str>,
    /// The answer's text, where it is kept.
    said: Option<String>,
}

impl Call {
    pub(super) fn begin(request: &CompletionRequest, place: &Place, streams: bool) -> Self {
        let span = tracing::info_span!(
            "provider.chat",
            otel.name = format!("{OPERATION} {}", request.model),
            otel.kind = "client",
            otel.status_code = field::Empty,
            error.type = field::Empty,
            gen_ai.operation.name = OPERATION,
            gen_ai.provider.name = PROVIDER,
            gen_ai.conversation.id = %request.conversation_id,
            gen_ai.request.model = request.model,
            gen_ai.request.stream = streams,
            gen_ai.request.max_tokens = request.max_tokens,
            gen_ai.response.time_to_first_chunk = field::Empty,
            gen_ai.usage.input_tokens = field::Empty,
            gen_ai.usage.output_tokens = field::Empty,
            server.address = place.host,
            server.port = place.port,
        );
        if place.capture {
            keep_prompt(&span, request);
        }
        Self {
            span,
            begun: Instant::now(),
            model: request.model.clone(),
            streams,
            chunks: false,
            failure: None,
            said: place.capture.then(String::new),
        }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// A chunk of a stream has come.
    pub(super) fn chunk(&mut self) {
        if self.streams && !self.chunks {
            self.chunks = true;
            let waited = self.begun.elapsed();
            self.span
                .record("gen_ai.response.time_to_first_chunk", waited.as_secs_f64());
            histogram!(FIRST_CHUNK, &self.labels()).record(waited);
        }
    }

    /// The model says something.
    pub(super) fn said(&mut self, text: &str) {
        if let Some(said) = &mut self.said {
            said.push_str(text);
        }
    }

    /// The provider has counted.
    pub(super) fn used(&self, usage: Usage) {
        self.span
            .record("gen_ai.usage.input_tokens", usage.input_tokens);
        self.span
            .record("gen_ai.usage.output_tokens", usage.output_tokens);
        for (kind, tokens) in [
            ("input", usage.input_tokens),
            ("output", usage.output_tokens),
        ] {
            let mut labels = self.labels().to_vec();
            labels.push(("gen_ai_token_type", kind.to_owned()));
            histogram!(TOKENS, &labels).record(tokens as f64);
        }
    }

    /// The answer has ended by itself.
    pub(super) fn finished(&mut self, reason: &str) {
        let reasons = vec![StringValue::from(reason.to_owned())];
        self.span.set_attribute(
            "gen_ai.response.finish_reasons",
            Attribute::Array(Array::String(reasons)),
        );
        if let Some(said) = self.said.take() {
            let message = json!([{
                "role": "assistant",
                "parts": [{ "type": "text", "content": said }],
                "finish_reason": reason,
            }]);
            self.span
                .set_attribute("gen_ai.output.messages", message.to_string());
        }
    }

    /// There is no answer, or no more of it.
    pub(super) fn failed(&mut self, error: &ModelError) {
        let code = measures::code(error.failure);
        self.failure = Some(code);
        self.span.record("error.type", code);
        self.span.record("otel.status_code", "ERROR");
    }

    fn labels(&self) -> [(&'static str, String); 3] {
        [
            ("gen_ai_operation_name", OPERATION.to_owned()),
            ("gen_ai_provider_name", PROVIDER.to_owned()),
            ("gen_ai_request_model", self.model.clone()),
        ]
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut labels = self.labels().to_vec();
        labels.push(("error_type", self.failure.unwrap_or_default().to_owned()));
        histogram!(DURATION, &labels).record(self.begun.elapsed());
    }
}

fn keep_prompt(span: &Span, request: &CompletionRequest) {
    let part = |text: &str| json!({ "type": "text", "content": text });
    let messages: Vec<_> = request
        .turns
        .iter()
        .map(|turn| {
            let role = match turn.speaker {
                Speaker::User => "user",
                Speaker::Assistant => "assistant",
            };
            json!({ "role": role, "parts": [part(&turn.text)] })
        })
        .collect();
    span.set_attribute("gen_ai.input.messages", json!(messages).to_string());
    if !request.system.is_empty() {
        let system = json!([part(&request.system)]);
        span.set_attribute("gen_ai.system_instructions", system.to_string());
    }
}
