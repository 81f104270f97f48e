use kernel::{Actor, Db};

use crate::{
    DeleteConversation, Engine, RestoreConversation,
    engine::STOP_SIGNAL,
    error::Error,
    events::{ConversationDeleted, ConversationRestored},
    store,
};

/// Takes a conversation out of the list and ends the answers being written in it. Nothing is lost
/// until the site's retention removes it: [`restore_conversation`] brings it back.
///
/// # Errors
/// [`Error::NotFound`] when it is not this person's.
#[tracing::instrument(name = "chat.delete_conversation", skip_all, fields(conversation = %command.conversation_id))]
pub async fn delete_conversation(
    engine: &Engine,
    actor: Actor,
    command: DeleteConversation,
) -> Result<(), Error> {
    let user_id = actor.person()?;
    let conversation_id = command.conversation_id;

    let mut tx = engine.db().begin().await?;
    store::lock_conversation(&mut tx, user_id, conversation_id)
        .await?
        .ok_or(Error::NotFound)?;
    store::set_deleted(&mut tx, conversation_id, true).await?;
    let running = store::request_stop_in(&mut tx, conversation_id).await?;
    tx.record(&ConversationDeleted {
        conversation_id,
        user_id,
    })?;
    for generation in &running {
        tx.signal(STOP_SIGNAL, &generation.to_string()).await?;
    }
    tx.commit().await?;
    for generation in running {
        engine.stop(generation);
    }
    Ok(())
}

/// Undoes [`delete_conversation`].
///
/// # Errors
/// [`Error::NotFound`] when it is not this person's deleted conversation.
#[tracing::instrument(name = "chat.restore_conversation", skip_all, fields(conversation = %command.conversation_id))]
pub async fn restore_conversation(
    db: &Db,
    actor: Actor,
    command: RestoreConversation,
) -> Result<(), Error> {
    let user_id = actor.person()?;
    let conversation_id = command.conversation_id;

    let mut tx = db.begin().await?;
    if !store::lock_deleted_conversation(&mut tx, user_id, conversation_id).await? {
        return Err(Error::NotFound);
    }
    store::set_deleted(&mut tx, conversation_id, false).await?;
    tx.record(&ConversationRestored {
        conversation_id,
        user_id,
    })?;
    tx.commit().await?;
    Ok(())
}
