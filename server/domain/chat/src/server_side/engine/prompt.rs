//! What of a conversation a run sends to the model.

use super::{Engine, Run, store};
use crate::{model::context, model_client::CompletionRequest};

/// The request of a run: the system prompt, and of the branch what fits the model's window.
pub(super) async fn assemble(engine: &Engine, run: &Run) -> Result<CompletionRequest, sqlx::Error> {
    let turns = store::turns(engine.db(), run.question_id).await?;
    Ok(CompletionRequest {
        model: run.model.provider_id.clone(),
        system: engine.system_prompt().to_owned(),
        turns: context::cut(run.model.window(), engine.system_prompt(), turns),
        max_tokens: None,
    })
}
