use kernel::Actor;

use crate::{Engine, StopGeneration, error::Error, store};

/// Ends the run of an answer; what has arrived is kept. The provider's connection is closed at
/// once when the run is in this process, else when its process next saves. Stopping a run that
/// has already ended changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when it is not this person's.
#[tracing::instrument(name = "chat.stop_generation", skip_all, fields(generation = %command.generation_id))]
pub async fn stop_generation(
    engine: &Engine,
    actor: Actor,
    command: StopGeneration,
) -> Result<(), Error> {
    let user_id = actor.person()?;
    let mut tx = engine.db().begin().await?;
    if !store::request_stop(&mut tx, user_id, command.generation_id).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    engine.stop(command.generation_id);
    Ok(())
}
