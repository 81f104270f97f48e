//! Server functions of chat: the actor first, then the command or query.
//!
//! Each is a public endpoint that a plain form can post to, so the arguments are texts and are
//! parsed here.

use ::chat::{ConversationList, MessageId, MessageView, Sent};
use kernel::Page;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{app_state, parse_id, parse_optional_id, see_other};
#[cfg(feature = "ssr")]
use crate::session::actor;

/// Says something, in a conversation or to begin one.
#[server(prefix = "/api/fn", endpoint = "chat/send")]
pub async fn send_message(
    message_id: String,
    conversation_id: Option<String>,
    model_id: Option<String>,
    body: String,
) -> Result<Sent, AppError> {
    let actor = actor().await?;
    let command = ::chat::SendMessage {
        message_id: parse_id(&message_id)?,
        conversation_id: parse_optional_id(conversation_id)?,
        model_id: parse_optional_id(model_id)?,
        body: ::chat::MessageBody::parse(body).map_err(|e| AppError::invalid("body", e))?,
    };
    let sent = ::chat::commands::send_message(&app_state()?.chat, actor, command).await?;
    see_other(&format!("/chat/{}", sent.conversation_id));
    Ok(sent)
}

/// Ends the run of an answer.
#[server(prefix = "/api/fn", endpoint = "chat/stop")]
pub async fn stop_generation(generation_id: String) -> Result<(), AppError> {
    let actor = actor().await?;
    let command = ::chat::StopGeneration {
        generation_id: parse_id(&generation_id)?,
    };
    Ok(::chat::commands::stop_generation(&app_state()?.chat, actor, command).await?)
}

/// Gives a conversation a title of one's own.
#[server(prefix = "/api/fn", endpoint = "chat/rename")]
pub async fn rename_conversation(conversation_id: String, title: String) -> Result<(), AppError> {
    let actor = actor().await?;
    let command = ::chat::RenameConversation {
        conversation_id: parse_id(&conversation_id)?,
        title: ::chat::Title::parse(&title).map_err(|e| AppError::invalid("title", e))?,
    };
    Ok(::chat::commands::rename_conversation(&app_state()?.db, actor, command).await?)
}

/// Takes a conversation out of the list.
#[server(prefix = "/api/fn", endpoint = "chat/delete")]
pub async fn delete_conversation(conversation_id: String) -> Result<(), AppError> {
    let actor = actor().await?;
    let command = ::chat::DeleteConversation {
        conversation_id: parse_id(&conversation_id)?,
    };
    ::chat::commands::delete_conversation(&app_state()?.chat, actor, command).await?;
    see_other(&format!("/chat?deleted={}", command.conversation_id));
    Ok(())
}

/// Undoes the deletion of a conversation.
#[server(prefix = "/api/fn", endpoint = "chat/restore")]
pub async fn restore_conversation(conversation_id: String) -> Result<(), AppError> {
    let actor = actor().await?;
    let command = ::chat::RestoreConversation {
        conversation_id: parse_id(&conversation_id)?,
    };
    ::chat::commands::restore_conversation(&app_state()?.db, actor, command).await?;
    see_other(&format!("/chat/{}", command.conversation_id));
    Ok(())
}

/// One page of the person's conversations, newest first.
#[server(prefix = "/api/fn", endpoint = "chat/list", input = GetUrl)]
pub async fn list_conversations(after: Option<String>) -> Result<ConversationList, AppError> {
    let actor = actor().await?;
    let cursor = match after.filter(|s| !s.is_empty()) {
        Some(s) => Some(s.parse().map_err(|e| AppError::invalid("after", e))?),
        None => None,
    };
    Ok(::chat::queries::list_conversations(&app_state()?.db, actor, cursor).await?)
}

/// The messages before `before` in an open conversation, oldest first.
#[server(prefix = "/api/fn", endpoint = "chat/earlier", input = GetUrl)]
pub async fn earlier_messages(
    conversation_id: String,
    before: String,
) -> Result<Page<MessageView, MessageId>, AppError> {
    let actor = actor().await?;
    let (conversation, before) = (parse_id(&conversation_id)?, parse_id(&before)?);
    let view =
        ::chat::queries::open_conversation(&app_state()?.chat, actor, conversation, Some(before))
            .await?;
    Ok(view.messages)
}
