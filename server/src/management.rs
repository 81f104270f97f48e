//! The management port: probes and metrics for whoever runs the process, apart from the site, so
//! that the public cannot ask and a busy site still answers.

mod sampled;

use std::{io, net::SocketAddr, sync::OnceLock, time::Duration};

use anyhow::Context;
use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use chat::measures;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::{net::TcpListener, time::interval};
use tokio_util::sync::CancellationToken;

pub use sampled::Sampled;

use crate::{
    adapters::openai,
    http::{self, health, reports},
    jobs, relay,
    telemetry::{commands, panics},
};

/// What is recorded of durations waits in memory for this, or until it is asked for.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to count and to serve what is counted, and what is `sampled`, on `addr`, until `stop` is
/// cancelled. Tells where it listens. Without an address nothing is counted.
///
/// # Errors
/// When the address is taken.
pub async fn start(
    addr: Option<SocketAddr>,
    sampled: Sampled,
    stop: CancellationToken,
) -> anyhow::Result<Option<SocketAddr>> {
    let Some(addr) = addr else {
        return Ok(None);
    };
    let listener = TcpListener::bind(addr)
        .await
        .with_context(|| format!("cannot listen on {addr} (MANAGEMENT_ADDR)"))?;
    let addr = listener.local_addr()?;
    let metrics = recorder()?;
    tracing::info!("metrics on http://{addr}/metrics");
    sampled.describe();
    tokio::spawn(serve(listener, sampled, metrics, stop));
    Ok(Some(addr))
}

/// Where each histogram has its bounds.
const HISTOGRAMS: [(&str, &[f64]); 10] = [
    (measures::FIRST_TOKEN, &measures::BUCKETS),
    (measures::OVERHEAD, &measures::OVERHEAD_BUCKETS),
    (measures::SPEED, &measures::SPEED_BUCKETS),
    (http::measures::DURATION, &http::measures::BUCKETS),
    (commands::DURATION, &commands::BUCKETS),
    (openai::DURATION, &openai::BUCKETS),
    (openai::FIRST_CHUNK, &openai::BUCKETS),
    (openai::TOKENS, &openai::TOKEN_BUCKETS),
    (relay::measures::DELAY, &relay::measures::BUCKETS),
    (jobs::measures::LATE, &jobs::measures::BUCKETS),
];

/// The process has one recorder, however many sites it runs.
pub(crate) fn recorder() -> anyhow::Result<PrometheusHandle> {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = INSTALLING.lock();
    if let Some(handle) = RECORDER.get() {
        return Ok(handle.clone());
    }
    let mut builder = PrometheusBuilder::new();
    for (metric, buckets) in HISTOGRAMS {
        builder = builder.set_buckets_for_metric(Matcher::Full(metric.to_owned()), buckets)?;
    }
    let handle = builder.install_recorder()?;
    kernel::describe_measures();
    measures::describe();
    http::measures::describe();
    commands::describe();
    openai::describe();
    reports::describe();
    relay::measures::describe();
    jobs::measures::describe();
    panics::describe();
    Ok(RECORDER.get_or_init(|| handle).clone())
}

async fn serve(
    listener: TcpListener,
    sampled: Sampled,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> io::Result<()> {
    let router = Router::new()
        .route("/metrics", get(exposition))
        .with_state((metrics.clone(), sampled.clone()))
        .merge(health::routes(sampled.health.clone()));
    let mut upkeep = interval(UPKEEP);
    let upkeep = async {
        loop {
            upkeep.tick().await;
            metrics.run_upkeep();
        }
    };
    tokio::select! {
        ended = axum::serve(listener, router).into_future() => ended,
        () = upkeep => Ok(()),
        () = sampled.count_sessions() => Ok(()),
        () = stop.cancelled() => Ok(()),
    }
}

/// Prometheus' text format, version 0.0.4.
async fn exposition(
    State((metrics, sampled)): State<(PrometheusHandle, Sampled)>,
) -> impl IntoResponse {
    sampled.collect().await;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics.render())
}
