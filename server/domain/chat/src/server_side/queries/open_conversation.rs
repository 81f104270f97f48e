use kernel::Actor;

use super::message_views::branch;
use crate::{ConversationId, ConversationView, Engine, MessageId, ModelId, Window, error::Error};

/// Messages of one window.
const WINDOW: usize = 50;

/// The end of a conversation; with `before`, the window of messages ahead of that one. Costs the
/// same however long the conversation is.
///
/// # Errors
/// [`Error::NotFound`] when it is not this person's, is deleted, or has no such message.
#[tracing::instrument(name = "chat.open_conversation", skip_all, fields(conversation = %id))]
pub async fn open_conversation(
    engine: &Engine,
    actor: Actor,
    id: ConversationId,
    window: Window,
) -> Result<ConversationView, Error> {
    let user = actor.person()?;
    let conversation = sqlx::query!(
        r#"select title, model_id as "model_id: ModelId", head_id as "head_id: MessageId"
           from conversations where id = $1 and user_id = $2 and deleted_at is null"#,
        id.0,
        user.0,
    )
    .fetch_optional(engine.db().pool())
    .await?
    .ok_or(Error::NotFound)?;

    let leaf = match window {
        Window::End | Window::After(_) | Window::Around(_) => conversation.head_id,
        Window::Before(before) => parent_of(engine, id, before).await?,
    };
    let messages = branch(engine, id, leaf, WINDOW).await?;
    Ok(ConversationView {
        id,
        title: conversation.title,
        model_id: conversation.model_id,
        messages,
        later: None,
    })
}

async fn parent_of(
    engine: &Engine,
    conversation: ConversationId,
    id: MessageId,
) -> Result<Option<MessageId>, Error> {
    sqlx::query_scalar!(
        r#"select parent_id as "parent_id: MessageId" from messages where id = $1 and conversation_id = $2"#,
        id.0,
        conversation.0,
    )
    .fetch_optional(engine.db().pool())
    .await?
    .ok_or(Error::NotFound)
}
