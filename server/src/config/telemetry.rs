//! What is told to systems that collect telemetry, by the names that OpenTelemetry gives its variables.

use std::fmt;

use secrecy::SecretString;

use super::env::{Env, InvalidVariable};

/// Where traces go, and what is in them.
#[derive(Debug, Clone, Default)]
pub struct Telemetry {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and its company; without it no trace leaves the process.
    pub otlp: Option<Otlp>,
    /// `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`: whether what people and models write
    /// goes into the traces.
    pub capture_content: bool,
}

/// A collector that speaks OTLP over HTTP (OpenTelemetry Protocol 1.x, binary).
#[derive(Clone)]
pub struct Otlp {
    /// Where spans are posted to.
    pub traces: String,
    /// `OTEL_EXPORTER_OTLP_HEADERS`: sent along, often with a key in them.
    pub headers: Vec<(String, SecretString)>,
    /// `OTEL_TRACES_SAMPLER_ARG`: the share of traces that is sent, from 0 to 1.
    pub share: f64,
}

// An address may hold a password, too.
impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Otlp")
            .field("share", &self.share)
            .finish_non_exhaustive()
    }
}

/// The name of the service in logs and traces.
pub(super) fn service(env: &Env<'_>) -> Result<String, InvalidVariable> {
    let name = env.text("OTEL_SERVICE_NAME")?;
    Ok(name.unwrap_or_else(|| "parlance".to_owned()))
}

impl Telemetry {
    pub(super) fn from_env(env: &Env<'_>) -> Result<Self, InvalidVariable> {
        let traces = env.value(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "the collector's address, such as http://localhost:4318",
            |text| {
                let http = text.starts_with("http://") || text.starts_with("https://");
                let url = http.then(|| reqwest::Url::parse(text).ok()).flatten()?;
                url.has_host()
                    .then(|| format!("{}/v1/traces", text.trim_end_matches('/')))
            },
        )?;
        let headers = env.value(
            "OTEL_EXPORTER_OTLP_HEADERS",
            "name=value pairs with commas between them",
            headers,
        )?;
        let share = env.value("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1", |text| {
            text.parse()
                .ok()
                .filter(|share| (0.0..=1.0).contains(share))
        })?;
        let capture = env.value(
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
            "true or false",
            |text| text.parse().ok(),
        )?;
        Ok(Self {
            otlp: traces.map(|traces| Otlp {
                traces,
                headers: headers.unwrap_or_default(),
                share: share.unwrap_or(1.0),
            }),
            capture_content: capture.unwrap_or(false),
        })
    }
}

/// As the specification of the exporter has it: the format of W3C Baggage without properties, values
/// percent-encoded.
fn headers(text: &str) -> Option<Vec<(String, SecretString)>> {
    let pairs = text.split(',').map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let name = http::HeaderName::try_from(name.trim()).ok()?;
        let value = decoded(value.trim())?;
        http::HeaderValue::try_from(&value).ok()?;
        Some((name.to_string(), value.into()))
    });
    pairs.collect()
}

/// Percent-decoding alone: a plus sign is one.
fn decoded(text: &str) -> Option<String> {
    let form = format!("v={}", text.replace('+', "%2B"));
    let (_, value) = form_urlencoded::parse(form.as_bytes()).next()?;
    Some(value.into_owned())
}
