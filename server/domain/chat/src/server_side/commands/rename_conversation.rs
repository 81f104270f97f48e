use kernel::{Actor, Db};

use crate::{RenameConversation, error::Error, events::ConversationRenamed, store};

/// Gives a conversation the person's own title; the automatic one stays away from then on.
///
/// # Errors
/// [`Error::NotFound`] when it is not this person's.
#[tracing::instrument(name = "chat.rename_conversation", skip_all, fields(conversation = %command.conversation_id))]
pub async fn rename_conversation(
    db: &Db,
    actor: Actor,
    command: RenameConversation,
) -> Result<(), Error> {
    let user_id = actor.person()?;
    let conversation_id = command.conversation_id;

    let mut tx = db.begin().await?;
    store::lock_conversation(&mut tx, user_id, conversation_id)
        .await?
        .ok_or(Error::NotFound)?;
    store::set_title(&mut tx, conversation_id, &command.title, true).await?;
    tx.record(&ConversationRenamed {
        conversation_id,
        user_id,
    })?;
    tx.commit().await?;
    Ok(())
}
