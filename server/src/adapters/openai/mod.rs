//! [`ModelClient`] for any endpoint that speaks OpenAI's chat completions API.
//!
//! async-openai makes the requests and reads the stream of events. Its own types are stricter
//! than what providers send, so ours are used (its "byot" methods); its retries, its limits and
//! its reading of errors are replaced by [`wire`].

mod answer;
mod failure;
mod observe;
mod request;
mod wire;

use std::time::Duration;

use async_openai::{Client, config::OpenAIConfig};
use chat::model_client::{Completion, CompletionRequest, Deltas, ModelClient, ModelError};
pub use observe::{BUCKETS, DURATION, FIRST_CHUNK, TOKEN_BUCKETS, TOKENS, describe};
use secrecy::ExposeSecret;
use tracing::Instrument;

use crate::config::OpenAi;
use answer::Whole;
use failure::Failures;
use observe::{Call, Place};
use wire::{Expect, Wire};

/// A provider.
pub struct OpenAiClient {
    http: reqwest::Client,
    config: OpenAIConfig,
    /// How long the provider may be silent.
    idle: Duration,
    place: Place,
}

impl OpenAiClient {
    /// A client of the provider that gives up after `idle` without a byte.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(provider: &OpenAi, idle: Duration) -> Result<Self, reqwest::Error> {
        super::install_tls();
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .pool_idle_timeout(Duration::from_secs(60))
            .tcp_keepalive(Duration::from_secs(30))
            // A prompt and the key go where the configuration says, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let config = OpenAIConfig::new()
            .with_api_base(provider.base_url.clone())
            .with_api_key(provider.api_key.expose_secret())
            // Their defaults come from variables that are not ours.
            .with_org_id("")
            .with_project_id("");
        Ok(Self {
            http,
            config,
            idle,
            place: Place::of(&provider.base_url),
        })
    }

    /// Whether what people and models write goes into the traces.
    pub fn capture_content(mut self, capture: bool) -> Self {
        self.place.capture = capture;
        self
    }

    /// A client for one request, and where the failures of that request are kept. Cheap: the
    /// connections are shared.
    fn call(&self, expect: Expect) -> (Client<OpenAIConfig>, Failures) {
        let failures = Failures::new(&self.config);
        let wire = Wire::new(self.http.clone(), self.idle, expect, failures.clone());
        let client = Client::build(self.http.clone(), self.config.clone()).with_http_service(wire);
        (client, failures)
    }
}

#[async_trait::async_trait]
impl ModelClient for OpenAiClient {
    async fn stream(&self, request: CompletionRequest) -> Result<Deltas, ModelError> {
        let (client, failures) = self.call(Expect::Events);
        let mut call = Call::begin(&request, &self.place, true);
        let body = request::body(&request, &self.config, true);
        let chat = client.chat();
        let asked = chat.create_stream_byot(body).instrument(call.span()).await;
        match asked {
            Ok(events) => Ok(answer::deltas(events, failures, call)),
            Err(error) => Err(failed(&mut call, failures.explain(error))),
        }
    }

    async fn complete(&self, request: CompletionRequest) -> Result<Completion, ModelError> {
        let (client, failures) = self.call(Expect::Json);
        let mut call = Call::begin(&request, &self.place, false);
        let body = request::body(&request, &self.config, false);
        let chat = client.chat();
        let asked = chat.create_byot(body).instrument(call.span()).await;
        let answered = match asked {
            Ok(whole) => Whole::into_completion(whole, &mut call),
            Err(error) => Err(failures.explain(error)),
        };
        answered.map_err(|error| failed(&mut call, error))
    }
}

fn failed(call: &mut Call, error: ModelError) -> ModelError {
    call.failed(&error);
    error
}
