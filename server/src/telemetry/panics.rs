//! Panics: logged with their backtrace and the ids of the request or run they broke, and counted.
//!
//! None ends the process: a request's is caught by `http::observe`, a generation's by its run, a
//! background task's by `kernel::keep_going`.

use std::backtrace::Backtrace;

use metrics::{counter, describe_counter};

/// How many there were. Any is a defect.
pub const PANICS: &str = "parlance_panics_total";

/// Says what is counted, to the recorder that is installed.
pub fn describe() {
    describe_counter!(
        PANICS,
        "Panics in requests, generations and background tasks."
    );
    counter!(PANICS).increment(0);
}

/// From now on panics go to the log and are counted, instead of to standard error.
pub fn observe() {
    std::panic::set_hook(Box::new(|panic| {
        counter!(PANICS).increment(1);
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
    use axum::{Router, middleware::from_fn_with_state, routing::get};
    use serde_json::Value;
    use tokio::net::TcpListener;
    use tokio_util::{sync::CancellationToken, task::TaskTracker};

    use super::*;
    use crate::{
        config::{Log, LogFormat},
        http::{connections, observe},
        management,
        telemetry::{subscriber, tests::Buffer, traces},
    };

    async fn breaks() -> &'static str {
        panic!("as the test expects")
    }

    fn counted(metrics: &str) -> u64 {
        let line = metrics.lines().find(|line| line.starts_with(PANICS));
        let count = line.and_then(|line| line.rsplit_once(' '));
        count.expect("it is counted").1.parse().expect("a number")
    }

    #[tokio::test]
    async fn a_panic_costs_one_request_and_is_logged_and_counted() {
        let metrics = management::recorder().expect("a recorder");
        let before = counted(&metrics.render());
        let (buffer, log) = (
            Buffer::default(),
            Log {
                format: LogFormat::Json,
                filter: "info".to_owned(),
                service: "parlance".to_owned(),
            },
        );
        let writer = buffer.clone();
        let subscriber = subscriber(&log, &traces::nowhere(), false, move || writer.clone());
        let _log = tracing::subscriber::set_default(subscriber);
        let usual = std::panic::take_hook();
        observe();

        let router = Router::new()
            .route("/breaks", get(breaks))
            .route("/works", get(async || "fine"))
            .layer(from_fn_with_state(
                kernel::Clock::system(),
                observe::observe,
            ));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let closing = CancellationToken::new();
        let server = connections::serve(listener, router, closing.clone(), TaskTracker::new());
        let server = tokio::spawn(server);
        crate::adapters::install_tls();
        let ask = async |path: &str| {
            let asked = reqwest::Client::new()
                .get(format!("http://{addr}{path}"))
                .header("x-request-id", "r-7");
            asked.send().await.expect("an answer").status()
        };
        let statuses = (ask("/breaks").await, ask("/works").await);
        std::panic::set_hook(usual);
        assert_eq!((statuses.0.as_u16(), statuses.1.as_u16()), (500, 200));
        assert_eq!(counted(&metrics.render()), before + 1);

        let written = buffer.text();
        let line = written
            .lines()
            .find(|line| line.contains("as the test expects"));
        let record: Value = serde_json::from_str(line.expect("a record")).expect("JSON");
        assert_eq!(record["level"], "ERROR");
        assert_eq!(record["request_id"], "r-7");
        assert_eq!(record["trace_id"].as_str().map(str::len), Some(32));
        let backtrace = record["backtrace"].as_str().expect("a backtrace");
        assert!(backtrace.contains("breaks"), "{backtrace}");
        closing.cancel();
        server.await.expect("it ends");
    }
}
