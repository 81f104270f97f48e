use kernel::Actor;

use crate::{
    BranchView, Engine, ShowBranch,
    error::Error,
    queries::window::{WINDOW, window},
    store,
};

/// Shows the branch that a message is on, down to where it was last read, from the message on.
/// The conversation goes on from there on every device. No event: nothing was said.
///
/// # Errors
/// [`Error::NotFound`] when the message is not in a conversation of this person.
#[tracing::instrument(name = "chat.show_branch", skip_all, fields(message = %command.message_id))]
pub async fn show_branch(
    engine: &Engine,
    actor: Actor,
    command: ShowBranch,
) -> Result<BranchView, Error> {
    let user_id = actor.person()?;
    let mut tx = engine.db().begin().await?;
    let conversation = store::lock_conversation_of(&mut tx, user_id, command.message_id)
        .await?
        .ok_or(Error::NotFound)?;
    store::show_way_to(&mut tx, command.message_id).await?;
    store::move_head_below(&mut tx, conversation.id, command.message_id).await?;
    tx.commit().await?;

    let from_here = 0..=WINDOW - 1;
    let mut connection = engine.db().pool().acquire().await?;
    let shown = window(
        &mut connection,
        engine,
        conversation.id,
        command.message_id,
        from_here,
    )
    .await?;
    Ok(BranchView {
        conversation_id: conversation.id,
        messages: shown.messages,
        later: shown.later,
    })
}
