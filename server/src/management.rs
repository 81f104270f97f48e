//! The management port: probes and metrics for whoever runs the process, apart from the site, so
//! that the public cannot ask and a busy site still answers.

use std::{io, net::SocketAddr, sync::OnceLock, time::Duration};

use anyhow::Context;
use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use chat::measures;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::{net::TcpListener, time::interval};
use tokio_util::sync::CancellationToken;

use crate::{
    http::{
        health::{self, Health},
        reports,
    },
    jobs, relay,
};

/// What is recorded of durations waits in memory for this, or until it is asked for.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to count and to serve what is counted on `addr`, until `stop` is cancelled. Tells where
/// it listens. Without an address nothing is counted.
///
/// # Errors
/// When the address is taken.
pub async fn start(
    addr: Option<SocketAddr>,
    health: Health,
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
    tokio::spawn(serve(listener, health, metrics, stop));
    Ok(Some(addr))
}

/// The process has one recorder, however many sites it runs.
fn recorder() -> anyhow::Result<PrometheusHandle> {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = INSTALLING.lock();
    if let Some(handle) = RECORDER.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full(measures::FIRST_TOKEN.to_owned()),
            &measures::BUCKETS,
        )?
        .set_buckets_for_metric(
            Matcher::Full(relay::measures::DELAY.to_owned()),
            &relay::measures::BUCKETS,
        )?
        .set_buckets_for_metric(
            Matcher::Full(jobs::measures::LATE.to_owned()),
            &jobs::measures::BUCKETS,
        )?
        .install_recorder()?;
    measures::describe();
    reports::describe();
    relay::measures::describe();
    jobs::measures::describe();
    Ok(RECORDER.get_or_init(|| handle).clone())
}

async fn serve(
    listener: TcpListener,
    health: Health,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> io::Result<()> {
    let router = Router::new()
        .route("/metrics", get(exposition))
        .with_state(metrics.clone())
        .merge(health::routes(health));
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
        () = stop.cancelled() => Ok(()),
    }
}

/// Prometheus' text format, version 0.0.4.
async fn exposition(State(metrics): State<PrometheusHandle>) -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics.render())
}
