use kernel::Actor;

use super::{
    retry::{Retry, retry},
    say::to_the_end,
};
use crate::{ContinueAnswer, Engine, Retried, error::Error};

/// Has an answer that has ended carried on: a sibling of it begins with its text, and the model
/// goes on from there. An answer without text is simply answered anew. The same answer id again
/// answers with what it made the first time.
///
/// # Errors
/// As `regenerate_answer`.
#[tracing::instrument(name = "chat.continue_answer", skip_all, fields(answer = %command.answer_id, original = %command.original_id))]
pub async fn continue_answer(
    engine: &Engine,
    actor: Actor,
    command: ContinueAnswer,
) -> Result<Retried, Error> {
    let asked = Retry {
        answer_id: command.answer_id,
        original_id: command.original_id,
        model_id: command.model_id,
        carry_on: true,
    };
    to_the_end(retry(engine.clone(), actor, asked)).await
}
