use kernel::Actor;

use super::say::{Saying, said_before, say, to_the_end};
use crate::{EditMessage, Engine, Sent, error::Error, store};

/// Says something else in the place of an earlier message, and has a model answer it. The earlier
/// one stays, as a sibling, with all that followed it. The same message id again answers with what
/// it made the first time.
///
/// # Errors
/// [`Error::NotFound`] unless this person said the message; [`Error::Busy`] while three answers
/// are being written in the conversation; otherwise as `send_message`.
pub async fn edit_message(
    engine: &Engine,
    actor: Actor,
    command: EditMessage,
) -> Result<Sent, Error> {
    to_the_end(edit(engine.clone(), actor, command)).await
}

#[tracing::instrument(name = "chat.edit_message", skip_all, fields(message = %command.message_id, edited = %command.edited_id))]
async fn edit(engine: Engine, actor: Actor, command: EditMessage) -> Result<Sent, Error> {
    let user_id = actor.person()?;
    let mut tx = engine.db().begin().await?;
    let conversation = store::lock_conversation_of(&mut tx, user_id, command.edited_id)
        .await?
        .ok_or(Error::NotFound)?;
    let place = store::find_place(&mut tx, conversation.id, command.edited_id).await?;
    // After the lock, so that of two equal requests the second one sees the first one's message.
    if let Some(earlier) = store::find_earlier(&mut tx, command.message_id).await? {
        drop(tx);
        let beside = place.node.is_some_and(|n| n.parent_id == earlier.parent_id);
        let same = beside
            && earlier.conversation_id == conversation.id
            && command.message_id != command.edited_id;
        return said_before(&engine, user_id, &command.body, &earlier, same).await;
    }
    let parent_id = place.may_be_edited()?;
    let saying = Saying {
        message_id: command.message_id,
        model_id: command.model_id,
        body: command.body,
        conversation: Some(conversation),
        parent_id,
        edited_id: Some(command.edited_id),
    };
    say(&engine, user_id, tx, saying).await
}
