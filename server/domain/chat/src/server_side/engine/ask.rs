//! Asks the provider, and takes in what arrives.

use futures::StreamExt;

use super::{Engine, Live, Run, prompt};
use crate::{
    Failure,
    model_client::{CompletionRequest, Delta, ModelError, Usage},
};

/// More than any model writes; a provider that never ends is ended.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Takes in the answer. Dropping this future closes the provider's connection.
pub(super) async fn ask(
    engine: &Engine,
    run: &Run,
    live: &Live,
    sent: &mut Option<CompletionRequest>,
    usage: &mut Option<Usage>,
) -> Result<(), Failure> {
    let request = prompt::assemble(engine, run, &run.model)
        .await
        .map_err(|error| {
            tracing::error!(%error, "could not read the conversation to answer");
            Failure::Internal
        })?;
    *sent = Some(request.clone());
    let mut deltas = engine.client().stream(request).await.map_err(log)?;
    let (mut length, mut finished) = (0, false);
    while let Some(delta) = deltas.next().await {
        match delta.map_err(log)? {
            Delta::Text(text) => length = live.push(&storable(text)),
            Delta::Usage(counted) => *usage = Some(counted),
            Delta::Finished => finished = true,
        }
        if length > MAX_BYTES {
            return Err(Failure::TooLong);
        }
    }
    match (finished, length) {
        (false, _) => Err(log(ModelError::new(
            Failure::Cut,
            "the stream ended before the answer did",
        ))),
        (true, 0) => Err(log(ModelError::new(
            Failure::Empty,
            "an answer without text",
        ))),
        (true, _) => Ok(()),
    }
}

/// The one place where a provider's failure is logged.
fn log(error: ModelError) -> Failure {
    tracing::warn!(failure = ?error.failure, detail = error.detail, "the provider failed");
    error.failure
}

/// Postgres cannot store NUL.
fn storable(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}")
    } else {
        text
    }
}
