use kernel::Actor;

use super::{
    retry::{Retry, retry},
    say::to_the_end,
};
use crate::{Engine, RegenerateAnswer, Retried, error::Error};

/// Has a message answered once more. The earlier answer stays, as a sibling, with all that
/// followed it. The same answer id again answers with what it made the first time.
///
/// # Errors
/// [`Error::NotFound`] unless it is an answer to this person; [`Error::Busy`] while that answer or
/// three others in the conversation are being written; [`Error::MessageTooLong`] when the question
/// alone exceeds the model's window; [`Error::NoModel`], [`Error::ModelUnavailable`],
/// [`Error::MessageIdTaken`].
#[tracing::instrument(name = "chat.regenerate_answer", skip_all, fields(answer = %command.answer_id, original = %command.original_id))]
pub async fn regenerate_answer(
    engine: &Engine,
    actor: Actor,
    command: RegenerateAnswer,
) -> Result<Retried, Error> {
    let asked = Retry {
        answer_id: command.answer_id,
        original_id: command.original_id,
        model_id: command.model_id,
        carry_on: false,
    };
    to_the_end(retry(engine.clone(), actor, asked)).await
}
