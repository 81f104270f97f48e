use kernel::Actor;

use crate::{ContinueAnswer, Engine, Retried, error::Error};

/// Is being written.
pub async fn continue_answer(_: &Engine, _: Actor, _: ContinueAnswer) -> Result<Retried, Error> {
    Err(Error::NotFound)
}
