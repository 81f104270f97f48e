//! Logs and traces. Every record carries the ids of the trace, the request and the person it
//! belongs to, so that one id leads from a person's report to everything that happened.
//!
//! Trace ids are made and continued here (W3C Trace Context); spans are not sent anywhere yet.

mod record;
mod write;

use std::{backtrace::Backtrace, io::IsTerminal};

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};
use write::Records;

use crate::config::Log;

/// Starts logging to standard output and routes panics there. A second call changes nothing, so
/// tests may each call it.
pub fn init(log: &Log) {
    if subscriber(log, std::io::stdout().is_terminal(), std::io::stdout)
        .try_init()
        .is_ok()
    {
        log_panics();
    }
}

fn subscriber<W>(log: &Log, coloured: bool, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> tracing_subscriber::fmt::MakeWriter<'w> + Send + Sync + 'static,
{
    let tracer = SdkTracerProvider::builder().build().tracer("parlance");
    // For the ids alone: nothing is noted each time that a span is entered or left.
    let traces = tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false)
        .with_tracer(tracer);
    tracing_subscriber::registry()
        .with(filter(&log.filter))
        .with(traces)
        .with(Records::new(log.format, coloured, writer))
}

fn filter(directives: &str) -> EnvFilter {
    let filter = EnvFilter::builder().parse_lossy(directives);
    // It logs what it cannot understand, which may be what people wrote. The adapter logs the
    // failure without it.
    match "async_openai=off".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    }
}

fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("(no message)");
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let backtrace = Backtrace::force_capture();
        tracing::error!(target: "panic", place, %backtrace, "panic: {message}");
    }));
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

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

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
        };
        tracing::subscriber::with_default(subscriber(&log, false, move || writer.clone()), act);
        let bytes = buffer.0.lock().expect("no panic while writing").clone();
        String::from_utf8(bytes).expect("logs are UTF-8")
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
