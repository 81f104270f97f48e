use kernel::Actor;

use super::{
    list_conversations::list_conversations_in, list_models::list_models_in,
    open_conversation::open_conversation_in,
};
use crate::{
    ConversationId, ConversationList, ConversationView, Engine, ListCursor, ModelView, Window,
    error::Error,
};

/// All that the chat page shows.
#[derive(Debug, Clone)]
pub struct ChatPage {
    /// The open conversation, if one is.
    pub conversation: Option<ConversationView>,
    /// The person's conversations.
    pub list: ConversationList,
    /// To choose from.
    pub models: Vec<ModelView>,
}

/// What the chat page shows: by one connection, for fetching and giving back one costs the page more
/// than a query.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::NotFound`] as [`open_conversation`] has it.
///
/// [`open_conversation`]: super::open_conversation
#[tracing::instrument(name = "chat.chat_page", skip_all)]
pub async fn chat_page(
    engine: &Engine,
    actor: Actor,
    open: Option<(ConversationId, Window)>,
    after: Option<ListCursor>,
) -> Result<ChatPage, Error> {
    actor.person()?;
    let mut connection = engine.db().pool().acquire().await?;
    let conversation = match open {
        Some((id, window)) => {
            Some(open_conversation_in(&mut connection, engine, actor, id, window).await?)
        }
        None => None,
    };
    Ok(ChatPage {
        conversation,
        list: list_conversations_in(&mut connection, actor, after).await?,
        models: list_models_in(&mut connection, actor).await?,
    })
}
