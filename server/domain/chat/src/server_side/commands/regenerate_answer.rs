use kernel::Actor;

use crate::{Engine, RegenerateAnswer, Retried, error::Error};

/// Is being written.
pub async fn regenerate_answer(
    _: &Engine,
    _: Actor,
    _: RegenerateAnswer,
) -> Result<Retried, Error> {
    Err(Error::NotFound)
}
