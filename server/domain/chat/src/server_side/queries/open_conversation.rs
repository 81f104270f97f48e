use kernel::{Actor, Page};
use sqlx::PgConnection;

use super::window::{WINDOW, window};
use crate::{ConversationId, ConversationView, Engine, MessageId, ModelId, Window, error::Error};

/// How far around a message is shown on each side of it.
const AROUND: i32 = WINDOW / 2 - 1;

/// A window of a conversation. Costs the same however long the conversation is.
///
/// # Errors
/// [`Error::NotFound`] when it is not this person's, is deleted, or has no such message.
#[tracing::instrument(name = "chat.open_conversation", skip_all, fields(conversation = %id))]
pub async fn open_conversation(
    engine: &Engine,
    actor: Actor,
    id: ConversationId,
    asked: Window,
) -> Result<ConversationView, Error> {
    actor.person()?;
    let mut connection = engine.db().pool().acquire().await?;
    open_conversation_in(&mut connection, engine, actor, id, asked).await
}

/// The same by `connection`.
pub async fn open_conversation_in(
    connection: &mut PgConnection,
    engine: &Engine,
    actor: Actor,
    id: ConversationId,
    asked: Window,
) -> Result<ConversationView, Error> {
    let user = actor.person()?;
    let conversation = sqlx::query!(
        r#"select title, model_id as "model_id: ModelId", head_id as "head_id: MessageId"
           from conversations where id = $1 and user_id = $2 and deleted_at is null"#,
        id.0,
        user.0,
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(Error::NotFound)?;

    let (message, reach) = match asked {
        Window::End => (conversation.head_id, 1 - WINDOW..=0),
        Window::Before(message) => (Some(message), -WINDOW..=-1),
        Window::After(message) => (Some(message), 1..=WINDOW),
        Window::Around(message) => (Some(message), -AROUND..=AROUND),
    };
    let (messages, later) = match message {
        Some(message) => {
            let shown = window(connection, engine, id, message, reach).await?;
            let page = Page {
                items: shown.messages,
                next: shown.earlier,
            };
            (page, shown.later)
        }
        // Nothing has been said yet.
        None => {
            let (items, next) = (Vec::new(), None);
            (Page { items, next }, None)
        }
    };
    Ok(ConversationView {
        id,
        title: conversation.title,
        model_id: conversation.model_id,
        messages,
        later,
    })
}
