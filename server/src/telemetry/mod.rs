//! Logs and traces. Every record carries the ids of the trace, the request and the person it
//! belongs to, so that one id leads from a person's report to everything that happened.
//!
//! Trace ids are made and continued here (W3C Trace Context); spans go to a collector where one is
//! configured.

pub mod commands;
pub mod panics;
mod record;
mod traces;
mod write;

use std::{io::IsTerminal, time::Duration};

use commands::Commands;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterFn, LevelFilter, filter_fn},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};
use write::Records;

use crate::config::{Log, Otlp};

/// Sending what is left may hold up the end of the process for so long.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// The telemetry of a process, until [`Telemetry::end`].
pub struct Telemetry(SdkTracerProvider);

impl Telemetry {
    /// Starts logging to standard output, routes panics there, and sends spans to the collector, if
    /// there is one. A second call changes nothing, so tests may each call it. Call inside a tokio
    /// runtime.
    ///
    /// # Errors
    /// When the collector's settings are of no use.
    pub fn begin(log: &Log, otlp: Option<&Otlp>) -> anyhow::Result<Self> {
        let provider = match otlp {
            Some(otlp) => traces::to_collector(otlp, &log.service)?,
            None => traces::nowhere(),
        };
        let coloured = std::io::stdout().is_terminal();
        let subscriber = subscriber(log, &provider, coloured, std::io::stdout);
        if subscriber.try_init().is_ok() {
            panics::observe();
        }
        Ok(Self(provider))
    }

    /// Sends what is left.
    pub async fn end(self) {
        // It waits for a thread.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_SPANS));
        if let Ok(Err(error)) = ended.await {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

fn subscriber<W>(
    log: &Log,
    provider: &SdkTracerProvider,
    coloured: bool,
    writer: W,
) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> tracing_subscriber::fmt::MakeWriter<'w> + Send + Sync + 'static,
{
    // Nothing is noted each time that a span is entered or left.
    let traces = tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false)
        .with_tracer(provider.tracer("parlance"));
    // What is measured and traced does not depend on what is logged.
    tracing_subscriber::registry()
        .with(traces.with_filter(traced()))
        .with(Commands.with_filter(commands::only()))
        .with(Records::new(log, coloured, writer).with_filter(filter(&log.filter)))
}

/// They log what they cannot understand, which may be what people wrote or who paid. The adapters log the failure
/// without it.
const INDISCREET: [&str; 2] = ["async_openai", "stripe_webhook"];

/// Whose warnings and errors go to the collector with their spans: the crates of the workspace, and what
/// panics.
pub const OURS: [&str; 13] = [
    "admin",
    "app",
    "auth",
    "chat",
    "exports",
    "kernel",
    "panic",
    "payments",
    "safety",
    "server",
    "stripe_client",
    "stripe_sandbox",
    "users",
];

fn filter(directives: &str) -> EnvFilter {
    let filter = EnvFilter::builder().parse_lossy(directives);
    let silent = INDISCREET.map(|name| format!("{name}=off").parse());
    silent
        .into_iter()
        .flatten()
        .fold(filter, EnvFilter::add_directive)
}

fn traced() -> FilterFn {
    let is_traced: fn(&Metadata<'_>) -> bool = is_traced;
    filter_fn(is_traced).with_max_level_hint(LevelFilter::INFO)
}

/// All spans: a task that is begun inside of another crate's is found by that one's parents. And what
/// goes wrong in ours; what other crates say of that may be what people wrote.
fn is_traced(it: &Metadata<'_>) -> bool {
    let told_by = it.target().split("::").next().unwrap_or_default();
    if it.is_span() {
        *it.level() <= Level::INFO && !INDISCREET.contains(&told_by)
    } else {
        *it.level() <= Level::WARN && OURS.contains(&told_by)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use serde_json::Value;

    use super::*;
    use crate::config::LogFormat;

    /// What was logged.
    #[derive(Clone, Default)]
    pub(super) struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Buffer {
        pub(super) fn text(&self) -> String {
            let bytes = self.0.lock().expect("no panic while writing").clone();
            String::from_utf8(bytes).expect("logs are UTF-8")
        }
    }

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic while writing").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, act: impl FnOnce()) -> String {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let log = Log {
            format,
            filter: "info".to_owned(),
            service: "parlance".to_owned(),
        };
        let subscriber = subscriber(&log, &traces::nowhere(), false, move || writer.clone());
        tracing::subscriber::with_default(subscriber, act);
        buffer.text()
    }

    const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn a_request() {
        let span = tracing::info_span!(
            "http.request",
            request_id = "r-1",
            user_id = tracing::field::Empty
        );
        kernel::trace::continue_from(&span, TRACEPARENT);
        span.in_scope(|| {
            tracing::Span::current().record("user_id", "u-1");
            let inner = tracing::info_span!("chat.send_message", attempt = 2);
            inner.in_scope(|| tracing::warn!(wait_ms = 7, "a \"quoted\"\nmessage"));
        });
    }

    #[test]
    fn a_json_record_names_trace_request_and_person() {
        let line = logged(LogFormat::Json, a_request);
        assert_eq!(line.lines().count(), 1, "{line}");
        let record: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(record["level"], "WARN");
        assert_eq!(record["service"], "parlance");
        assert_eq!(record["message"], "a \"quoted\"\nmessage");
        assert_eq!(record["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(record["span_id"].as_str().map(str::len), Some(16));
        assert_eq!(record["request_id"], "r-1");
        assert_eq!(record["user_id"], "u-1");
        assert_eq!(record["attempt"], 2);
        assert_eq!(record["wait_ms"], 7);
        assert_eq!(record["span"], "http.request/chat.send_message");
        assert!(
            record["timestamp"]
                .as_str()
                .is_some_and(|at| at.ends_with('Z'))
        );
    }

    #[test]
    fn a_pretty_record_shows_the_trace_too() {
        let line = logged(LogFormat::Pretty, a_request);
        assert!(
            line.contains("WARN") && line.contains("wait_ms=7"),
            "{line}"
        );
        assert!(
            line.contains("trace_id=4bf92f3577b34da6a3ce929d0e0e4736"),
            "{line}"
        );
    }

    #[test]
    fn control_characters_cannot_forge_a_pretty_record() {
        let line = logged(LogFormat::Pretty, || {
            tracing::info!(name = "a\n\u{1b}[31mERROR forged", "hello")
        });
        assert_eq!(line.lines().count(), 1, "{line:?}");
        assert!(
            !line.contains("[31mERROR") || line.contains("\\u{1b}"),
            "{line:?}"
        );
    }

    #[test]
    fn a_request_without_a_trace_begins_one() {
        let line = logged(LogFormat::Json, || {
            tracing::info_span!("x.y").in_scope(|| tracing::info!("hello"))
        });
        let record: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(record["trace_id"].as_str().map(str::len), Some(32));
    }
}
