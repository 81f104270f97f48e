use kernel::{Actor, UserId};

use super::say::{Saying, said_before, say, to_the_end};
use crate::{
    Engine, SendMessage, Sent,
    error::Error,
    store::{self, EarlierMessage},
};

/// Says something, and has a model answer it.
///
/// The message, the empty answer, the run and the events are committed together; then the run
/// begins in the background, apart from whoever asked. The same message id again answers with
/// what it made the first time. Whoever answers a message that has been answered already, from
/// another device for instance, makes a branch beside that one.
///
/// # Errors
/// [`Error::Busy`] while the answer that this follows is being written, or three others in the
/// conversation are; [`Error::NotFound`] when the conversation is not this person's, or the parent
/// is no answer in it; [`Error::MessageTooLong`], before anything is stored, when the message
/// alone exceeds the model's window; [`Error::NoModel`], [`Error::ModelUnavailable`],
/// [`Error::MessageIdTaken`].
pub async fn send_message(
    engine: &Engine,
    actor: Actor,
    command: SendMessage,
) -> Result<Sent, Error> {
    to_the_end(send(engine.clone(), actor, command)).await
}

#[tracing::instrument(name = "chat.send_message", skip_all, fields(message = %command.message_id, conversation))]
async fn send(engine: Engine, actor: Actor, command: SendMessage) -> Result<Sent, Error> {
    let user_id = actor.person()?;
    let mut tx = engine.db().begin().await?;
    let conversation = match command.conversation_id {
        Some(id) => Some(
            store::lock_conversation(&mut tx, user_id, id)
                .await?
                .ok_or(Error::NotFound)?,
        ),
        None if command.parent_id.is_some() => return Err(Error::NotFound),
        None => None,
    };
    // After the lock, so that of two equal requests the second one sees the first one's message.
    if let Some(earlier) = store::find_earlier(&mut tx, command.message_id).await? {
        drop(tx);
        return again(&engine, user_id, &command, &earlier).await;
    }
    let head = conversation.as_ref().and_then(|c| c.head_id);
    let parent_id = command.parent_id.or(head);
    if let (Some(conversation), Some(parent)) = (&conversation, parent_id) {
        store::find_place(&mut tx, conversation.id, parent)
            .await?
            .may_be_followed()?;
    }
    let saying = Saying {
        message_id: command.message_id,
        model_id: command.model_id,
        body: command.body.clone(),
        conversation,
        parent_id,
        edited_id: None,
    };
    match say(&engine, user_id, tx, saying).await {
        // Another request with the same id was faster: answer as it did.
        Err(Error::MessageIdTaken) => {
            let mut tx = engine.db().begin().await?;
            let earlier = store::find_earlier(&mut tx, command.message_id).await?;
            drop(tx);
            let earlier = earlier.ok_or(Error::MessageIdTaken)?;
            again(&engine, user_id, &command, &earlier).await
        }
        said => said,
    }
}

async fn again(
    engine: &Engine,
    user_id: UserId,
    command: &SendMessage,
    earlier: &EarlierMessage,
) -> Result<Sent, Error> {
    let in_conversation = command
        .conversation_id
        .is_none_or(|id| id == earlier.conversation_id);
    let after_parent = command.parent_id.is_none() || command.parent_id == earlier.parent_id;
    let same = in_conversation && after_parent;
    said_before(engine, user_id, &command.body, earlier, same).await
}
