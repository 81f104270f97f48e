//! What of a conversation a run sends to the model.

use sqlx::PgExecutor;

use super::{Engine, Run};
use crate::{
    model::context,
    model_client::CompletionRequest,
    store::{self, ChosenModel},
};

/// The request of a run: the system prompt, and of the branch what fits the window of `model`,
/// which need not be the run's own.
pub(crate) async fn assemble(
    connection: impl PgExecutor<'_>,
    engine: &Engine,
    run: &Run,
    model: &ChosenModel,
) -> Result<CompletionRequest, sqlx::Error> {
    let (window, system) = (model.window(), engine.system_prompt());
    let room = context::room(window, system);
    let branch = store::branch_before_answer(connection, run.question_id, room).await?;
    let fitted = context::fit(window, system, branch, &run.continued);
    Ok(CompletionRequest {
        conversation_id: run.conversation_id,
        model: model.provider_id.clone(),
        system: fitted.system,
        turns: fitted.turns,
        max_tokens: None,
    })
}
