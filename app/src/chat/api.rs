//! Server functions of chat: the actor first, then the command or query.
//!
//! Each is a public endpoint that a plain form can post to, so the arguments are texts and are
//! parsed here.

use ::chat::{BranchView, ConversationList, ConversationView, Retried, Sent};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use super::articles::Shown;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{app_state, parse_id, parse_optional_id, see_other};
#[cfg(feature = "ssr")]
use crate::session::actor;
#[cfg(feature = "ssr")]
use ::chat::Window;

/// Says something, in a conversation or to begin one.
#[server(prefix = "/api/fn", endpoint = "chat/send")]
pub async fn send_message(
    message_id: String,
    conversation_id: Option<String>,
    parent_id: Option<String>,
    model_id: Option<String>,
    body: String,
) -> Result<Shown<Sent>, AppError> {
    let actor = actor().await?;
    let command = ::chat::SendMessage {
        message_id: parse_id(&message_id)?,
        conversation_id: parse_optional_id(conversation_id)?,
        parent_id: parse_optional_id(parent_id)?,
        model_id: parse_optional_id(model_id)?,
        body: ::chat::MessageBody::parse(body).map_err(|e| AppError::invalid("body", e))?,
    };
    let sent = ::chat::commands::send_message(&app_state()?.chat, actor, command).await?;
    see_other(&format!("/chat/{}", sent.conversation_id));
    Ok(Shown::of(sent))
}

/// Says something else in the place of an earlier message.
#[server(prefix = "/api/fn", endpoint = "chat/edit")]
pub async fn edit_message(
    message_id: String,
    edited_id: String,
    model_id: Option<String>,
    body: String,
) -> Result<Shown<Sent>, AppError> {
    let actor = actor().await?;
    let command = ::chat::EditMessage {
        message_id: parse_id(&message_id)?,
        edited_id: parse_id(&edited_id)?,
        model_id: parse_optional_id(model_id)?,
        body: ::chat::MessageBody::parse(body).map_err(|e| AppError::invalid("body", e))?,
    };
    let sent = ::chat::commands::edit_message(&app_state()?.chat, actor, command).await?;
    see_other(&format!(
        "/chat/{}#m-{}",
        sent.conversation_id, sent.message.id
    ));
    Ok(Shown::of(sent))
}

/// Has the same message answered once more.
#[server(prefix = "/api/fn", endpoint = "chat/regenerate")]
pub async fn regenerate_answer(
    answer_id: String,
    original_id: String,
    model_id: Option<String>,
) -> Result<Shown<Retried>, AppError> {
    let actor = actor().await?;
    let command = ::chat::RegenerateAnswer {
        answer_id: parse_id(&answer_id)?,
        original_id: parse_id(&original_id)?,
        model_id: parse_optional_id(model_id)?,
    };
    let made = ::chat::commands::regenerate_answer(&app_state()?.chat, actor, command).await?;
    see_other(&format!(
        "/chat/{}#m-{}",
        made.conversation_id, made.answer.id
    ));
    Ok(Shown::of(made))
}

/// Has an answer that ended too early carried on.
#[server(prefix = "/api/fn", endpoint = "chat/continue")]
pub async fn continue_answer(
    answer_id: String,
    original_id: String,
    model_id: Option<String>,
) -> Result<Shown<Retried>, AppError> {
    let actor = actor().await?;
    let command = ::chat::ContinueAnswer {
        answer_id: parse_id(&answer_id)?,
        original_id: parse_id(&original_id)?,
        model_id: parse_optional_id(model_id)?,
    };
    let made = ::chat::commands::continue_answer(&app_state()?.chat, actor, command).await?;
    see_other(&format!(
        "/chat/{}#m-{}",
        made.conversation_id, made.answer.id
    ));
    Ok(Shown::of(made))
}

/// Shows the branch that a message is on; the conversation remembers it.
#[server(prefix = "/api/fn", endpoint = "chat/switch")]
pub async fn show_branch(message_id: String) -> Result<Shown<BranchView>, AppError> {
    let actor = actor().await?;
    let command = ::chat::ShowBranch {
        message_id: parse_id(&message_id)?,
    };
    let branch = ::chat::commands::show_branch(&app_state()?.chat, actor, command).await?;
    see_other(&format!(
        "/chat/{}?message={}#m-{}",
        branch.conversation_id, command.message_id, command.message_id
    ));
    Ok(Shown::of(branch))
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

/// The person's conversations whose title contains every word of a text; the newest without one.
#[server(prefix = "/api/fn", endpoint = "chat/search", input = GetUrl)]
pub async fn search_conversations(text: Option<String>) -> Result<ConversationList, AppError> {
    let actor = actor().await?;
    let text = text.unwrap_or_default();
    let items = ::chat::queries::search_conversations(&app_state()?.db, actor, &text).await?;
    Ok(ConversationList { items, next: None })
}

/// The end of an open conversation.
#[server(prefix = "/api/fn", endpoint = "chat/latest", input = GetUrl)]
pub async fn latest_messages(conversation_id: String) -> Result<Shown<ConversationView>, AppError> {
    window(&conversation_id, Window::End).await
}

/// The messages before `before` in an open conversation.
#[server(prefix = "/api/fn", endpoint = "chat/earlier", input = GetUrl)]
pub async fn earlier_messages(
    conversation_id: String,
    before: String,
) -> Result<Shown<ConversationView>, AppError> {
    window(&conversation_id, Window::Before(parse_id(&before)?)).await
}

/// The messages after `after` in an open conversation.
#[server(prefix = "/api/fn", endpoint = "chat/later", input = GetUrl)]
pub async fn later_messages(
    conversation_id: String,
    after: String,
) -> Result<Shown<ConversationView>, AppError> {
    window(&conversation_id, Window::After(parse_id(&after)?)).await
}

/// A message as it was written, to be copied: the page holds only what it renders to.
#[server(prefix = "/api/fn", endpoint = "chat/source", input = GetUrl)]
pub async fn message_source(message_id: String) -> Result<String, AppError> {
    let actor = actor().await?;
    let (db, id) = (app_state()?.db, parse_id(&message_id)?);
    Ok(::chat::queries::message_text(&db, actor, id).await?)
}

/// A window of a conversation, for its owner.
#[cfg(feature = "ssr")]
async fn window(
    conversation_id: &str,
    window: Window,
) -> Result<Shown<ConversationView>, AppError> {
    let actor = actor().await?;
    let (chat, id) = (app_state()?.chat, parse_id(conversation_id)?);
    let view = ::chat::queries::open_conversation(&chat, actor, id, window).await?;
    Ok(Shown::of(view))
}
