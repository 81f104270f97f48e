//! The port to model providers; the adapter lives in `server/src/adapters`.

use std::time::Duration;

use futures::stream::BoxStream;

use crate::{ConversationId, Failure, Speaker};

/// What a model is asked.
#[derive(Debug, Clone)]
pub struct CompletionRequest {
    /// The conversation that it is for; told to traces only.
    pub conversation_id: ConversationId,
    /// The provider's id of the model.
    pub model: String,
    /// Comes first; empty for none.
    pub system: String,
    /// The conversation, oldest first.
    pub turns: Vec<Turn>,
    /// The most tokens of the answer; `None` leaves it to the provider.
    pub max_tokens: Option<u32>,
}

/// One message of the conversation as the model sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who speaks.
    pub speaker: Speaker,
    /// What is said.
    pub text: String,
}

impl std::fmt::Debug for Turn {
    // What people write does not belong in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Turn({:?}, {} bytes)", self.speaker, self.text.len())
    }
}

/// Tokens of one run, as the provider counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Of what was sent.
    pub input_tokens: i64,
    /// Of those, read from the provider's cache.
    pub cached_input_tokens: i64,
    /// Of the answer.
    pub output_tokens: i64,
}

/// What arrives of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// More text.
    Text(String),
    /// The tokens used; comes at most once, near the end.
    Usage(Usage),
    /// The model has ended its answer. A stream that ends without it was cut.
    Finished,
}

/// A whole answer at once.
#[derive(Debug, Clone)]
pub struct Completion {
    /// The text.
    pub text: String,
    /// The tokens used, when the provider says.
    pub usage: Option<Usage>,
}

/// Why the provider gave no (more) answer.
#[derive(Debug, thiserror::Error)]
#[error("{failure:?}: {detail}")]
pub struct ModelError {
    /// What the reader is told.
    pub failure: Failure,
    /// For the log: the provider's words, without secrets.
    pub detail: String,
    /// How long the provider asks us to wait.
    pub retry_after: Option<Duration>,
}

impl ModelError {
    /// A failure with its detail for the log.
    pub fn new(failure: Failure, detail: impl Into<String>) -> Self {
        Self {
            failure,
            detail: detail.into(),
            retry_after: None,
        }
    }
}

/// A stream of deltas; dropping it closes the provider's connection.
pub type Deltas = BoxStream<'static, Result<Delta, ModelError>>;

/// Any provider that speaks OpenAI's chat completions API.
#[async_trait::async_trait]
pub trait ModelClient: Send + Sync {
    /// Begins an answer; resolves when the provider has accepted the request.
    async fn stream(&self, request: CompletionRequest) -> Result<Deltas, ModelError>;

    /// Gets a short answer as a whole.
    async fn complete(&self, request: CompletionRequest) -> Result<Completion, ModelError>;
}
