use kernel::Actor;

use crate::{Engine, StopGeneration, engine::STOP_SIGNAL, error::Error, store};

/// Ends the run of an answer; what has arrived is kept. The provider's connection is closed at
/// once when the run is in this process, else when its process hears the signal: some milliseconds
/// later, or at the next renewal of its lease, within a second, should the signal be missed.
/// Stopping a run that has already ended changes nothing.
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
    if engine.live(command.generation_id).is_none() {
        tx.signal(STOP_SIGNAL, &command.generation_id.to_string())
            .await?;
    }
    tx.commit().await?;
    engine.stop(command.generation_id);
    Ok(())
}
