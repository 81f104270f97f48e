//! Spans on their way to a collector, over OTLP. Without one nothing here runs: spans have their ids,
//! for the log and for events, and are sent nowhere.

use std::{collections::HashMap, time::Duration};

use axum::body::Bytes;
use http::{Request, Response};
use opentelemetry::KeyValue;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use secrecy::ExposeSecret;
use tokio::runtime::Handle;

use crate::config::Otlp;

/// A collector that takes longer than this for a batch loses it.
const PATIENCE: Duration = Duration::from_secs(10);

/// For the ids alone.
pub(super) fn nowhere() -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_sampler(Sampler::AlwaysOff)
        .build()
}

/// To a collector, in batches, by a thread of its own. Call inside a tokio runtime.
///
/// Which traces are sent is decided by their ids alone, so that all processes and both sides of an
/// event decide alike, and nobody outside can ask for more or less.
pub(super) fn to_collector(otlp: &Otlp, service: &str) -> anyhow::Result<SdkTracerProvider> {
    let headers: HashMap<_, _> = otlp
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.expose_secret().to_owned()))
        .collect();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(&otlp.traces)
        .with_timeout(PATIENCE)
        .with_headers(headers)
        .with_http_client(OnRuntime::new()?)
        .build()?;
    let resource = Resource::builder()
        .with_service_name(service.to_owned())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(SdkTracerProvider::builder()
        .with_sampler(Sampler::TraceIdRatioBased(otlp.share))
        .with_resource(resource)
        .with_batch_exporter(exporter)
        .build())
}

/// The exporter's thread is none of the runtime's, and the client needs one.
#[derive(Debug)]
struct OnRuntime {
    runtime: Handle,
    http: reqwest::Client,
}

impl OnRuntime {
    fn new() -> anyhow::Result<Self> {
        crate::adapters::install_tls();
        let http = reqwest::Client::builder()
            .connect_timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            runtime: Handle::current(),
            http,
        })
    }
}

#[async_trait::async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sent = async move { http.send_bytes(request).await };
        self.runtime.spawn(sent).await?
    }
}
