use futures::{Stream, StreamExt};
use kernel::Actor;

use crate::{
    Engine, GenerationId,
    engine::{Followed, Position, follow},
    error::Error,
};

/// Follows the answer of a run from `position` (bytes of its text) to its end: what has been
/// missed first, then what arrives. Works in any process: the one that runs it serves it without
/// asking the database, another one by one question for all the runs that it follows. Ends early when the process shuts down: come back with the last position.
///
/// # Errors
/// [`Error::NotFound`] when the run is not this person's.
#[tracing::instrument(name = "chat.follow_generation", skip_all, fields(generation = %id))]
pub async fn follow_generation(
    engine: &Engine,
    actor: Actor,
    id: GenerationId,
    position: usize,
) -> Result<impl Stream<Item = Followed> + Send + use<>, Error> {
    let user = actor.person()?;
    let known = sqlx::query_scalar!(
        r#"select exists(select 1 from generations where id = $1 and user_id = $2) as "known!""#,
        id.0,
        user.0,
    )
    .fetch_one(engine.db().pool())
    .await?;
    if !known {
        return Err(Error::NotFound);
    }
    let answer = engine.answer_of(id).await?.ok_or(Error::NotFound)?;
    let steps = follow(engine.clone(), answer, Position::at(position));
    Ok(steps.take_until(engine.readers_token().clone().cancelled_owned()))
}
