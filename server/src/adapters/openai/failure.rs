//! Failures in the terms of the person who waits, with what the log should know.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_openai::{
    config::{Config, OpenAIConfig},
    error::OpenAIError,
};
use chat::{Failure, model_client::ModelError};
use reqwest::{StatusCode, header::HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// The provider's words are cut here, in characters: they are for a log line.
const MAX_DETAIL: usize = 500;

/// Where the failures of one request meet: async-openai turns those of the body into text, so
/// [`super::wire`] leaves the real one here.
#[derive(Clone)]
pub(super) struct Failures {
    key: SecretString,
    of_body: Arc<Mutex<Option<ModelError>>>,
}

impl fmt::Debug for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failures").finish_non_exhaustive()
    }
}

impl Failures {
    pub fn new(config: &OpenAIConfig) -> Self {
        Self {
            key: config.api_key().clone(),
            of_body: Arc::default(),
        }
    }

    /// A failure whose detail names no key.
    pub fn error(&self, failure: Failure, detail: &str) -> ModelError {
        let detail: String = detail.chars().take(MAX_DETAIL).collect();
        ModelError::new(failure, detail.replace(self.key.expose_secret(), "[key]"))
    }

    /// Keeps why the body ended early.
    pub fn keep(&self, error: ModelError) {
        *self.of_body.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// Why the body ended early, if it did.
    pub fn kept(&self) -> Option<ModelError> {
        self.of_body
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// What a failure of async-openai means.
    pub fn explain(&self, error: OpenAIError) -> ModelError {
        if let Some(kept) = self.kept() {
            return kept;
        }
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<ModelError>() {
                Ok(error) => *error,
                Err(error) => self.error(Failure::Internal, &error.to_string()),
            },
            OpenAIError::Reqwest(error) => self.unreachable(error),
            // Its text may hold what people wrote.
            OpenAIError::JSONDeserialize(error, _) => self.error(
                Failure::Malformed,
                &format!("not the JSON that was expected: {}", place(&error)),
            ),
            OpenAIError::StreamError(error) => self.error(Failure::Malformed, &error.to_string()),
            other => self.error(Failure::Internal, &other.to_string()),
        }
    }

    /// No answer at all.
    pub fn unreachable(&self, error: reqwest::Error) -> ModelError {
        // The address is the operator's, but its path and query say nothing new.
        self.error(Failure::Unreachable, &with_causes(&error.without_url()))
    }

    /// An answer with an error status.
    pub fn of_status(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ModelError {
        let said: Value = serde_json::from_slice(body).unwrap_or_default();
        let code = said["error"]["code"].as_str().unwrap_or_default();
        let failure = match (status.as_u16(), code) {
            (429, "insufficient_quota") | (401 | 403, _) | (402, _) => Failure::Unauthorized,
            (404, _) | (400, "model_not_found") => Failure::UnknownModel,
            (429, _) => Failure::RateLimited,
            (408 | 500..=599, _) => Failure::ProviderError,
            (400..=499, _) => Failure::Rejected,
            _ => Failure::Malformed,
        };
        let words = match said["error"]["message"].as_str() {
            Some(message) => message.to_owned(),
            None => String::from_utf8_lossy(body).into_owned(),
        };
        let mut error = self.error(failure, &format!("{status}: {words}"));
        error.retry_after = retry_after(headers);
        error
    }

    /// An error object within a stream that began well.
    pub fn of_event(&self, error: &Value) -> ModelError {
        let status = error["code"]
            .as_u64()
            .and_then(|n| StatusCode::from_u16(n.try_into().ok()?).ok());
        let message = error["message"]
            .as_str()
            .unwrap_or("an error without words");
        match status.filter(|status| status.is_client_error()) {
            Some(status) => self.of_status(status, &HeaderMap::new(), error.to_string().as_bytes()),
            None => self.error(Failure::ProviderError, message),
        }
    }
}

/// RFC 9110, section 10.2.3, as seconds; a date is not read. At most an hour is believed.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers
        .get(reqwest::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds.min(3600)))
}

fn place(error: &serde_json::Error) -> String {
    format!("{:?} error at column {}", error.classify(), error.column())
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
