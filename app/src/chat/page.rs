//! The chat page: the sidebar, and a conversation or the place to begin one.

use ::chat::{
    ConversationId, ConversationList, ConversationView, MessageId, MessageStatus, MessageView,
    ModelView, Window, queries,
};
use kernel::Actor;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use users::Profile;

use super::{
    conversation::{Conversation, Opening},
    message::Message,
    sidebar::Sidebar,
    workspace::{AtStart, ConversationTitle, NEW_CHAT, WorkspaceIsland},
};
use crate::{
    error::AppError,
    flash::{Flash, flash_for},
    pages::{InlineScript, Page},
    server::{app_state, parse_id, parse_optional_id},
    session,
    state::AppState,
    ui::{ErrorNotice, icons},
};

/// Opens the log at its end before it is painted. Without JavaScript the style does it.
const OPEN_AT_END: &str =
    "{const s=document.querySelector('.scroller');s.scrollTop=s.scrollHeight}";

/// What the address asks for.
struct Asked {
    conversation: Option<String>,
    before: Option<String>,
    after: Option<String>,
    deleted: Option<String>,
}

/// What the page shows.
struct Loaded {
    profile: Profile,
    list: ConversationList,
    models: Vec<ModelView>,
    conversation: Option<ConversationView>,
    deleted: Option<ConversationId>,
    message_id: MessageId,
    now: i64,
}

/// The page.
#[component]
pub fn ChatPage() -> impl IntoView {
    let (params, query) = (
        use_params_map().get_untracked(),
        use_query_map().get_untracked(),
    );
    let asked = Asked {
        conversation: params.get("conversation"),
        before: query.get("before"),
        after: query.get("after"),
        deleted: query.get("deleted"),
    };
    view! {
        <Page view=async move {
            let loaded = load(asked).await?;
            Ok(view! { <Chat loaded/> }.into_any())
        }/>
    }
}

async fn load(asked: Asked) -> Result<Loaded, AppError> {
    let AppState { db, chat, .. } = app_state()?;
    let profile = session::profile()
        .await?
        .ok_or_else(AppError::not_signed_in)?;
    let actor = Actor::Person {
        user: profile.id,
        role: profile.role,
    };
    let window = match parse_optional_id(asked.before)? {
        Some(before) => Window::Before(before),
        None => Window::End,
    };
    let conversation = match parse_optional_id(asked.conversation)? {
        Some(id) => Some(queries::open_conversation(&chat, actor, id, window).await?),
        None => None,
    };
    let after = asked.after.and_then(|after| after.parse().ok());
    Ok(Loaded {
        list: queries::list_conversations(&db, actor, after).await?,
        models: queries::list_models(&db, actor).await?,
        deleted: asked.deleted.and_then(|id| parse_id(&id).ok()),
        message_id: db.clock().uuid().into(),
        now: db.now().unix_timestamp(),
        conversation,
        profile,
    })
}

#[component]
fn Chat(loaded: Loaded) -> impl IntoView {
    let Loaded {
        profile,
        list,
        models,
        conversation,
        deleted,
        message_id,
        now,
    } = loaded;
    let title = conversation.as_ref().and_then(|c| c.title.clone());
    let start = AtStart {
        list,
        current: conversation.as_ref().map(|c| c.id),
        title: title.clone(),
        now,
    };
    let opening = opening(models, conversation.as_ref(), message_id);
    let running = opening.running.is_some();
    let messages = conversation.map(|c| c.messages.items).unwrap_or_default();
    view! {
        <Title text=title.unwrap_or_else(|| NEW_CHAT.to_owned())/>
        <WorkspaceIsland start>
            <div class="workspace">
                <Sidebar profile/>
                <div class="main" id="main">
                    <header class="main-header">
                        <button type="button" class="icon-button drawer-only" popovertarget="sidebar" aria-label="Open conversations">
                            <icons::Menu/>
                        </button>
                        <h1 dir="auto"><ConversationTitle/></h1>
                        <a class="icon-button drawer-only" href="/chat" aria-label="New conversation"><icons::NewChat/></a>
                    </header>
                    <main class="conversation-place" id="content">
                        <Notices deleted/>
                        <Conversation opening>
                            {messages.into_iter().map(|view| view! { <Message view/> }).collect::<Vec<_>>()}
                        </Conversation>
                        <InlineScript code=OPEN_AT_END/>
                    </main>
                </div>
            </div>
        </WorkspaceIsland>
        // An answer in progress shows itself by refreshing until it is done.
        {running.then(|| view! { <noscript><meta http-equiv="refresh" content="2"/></noscript> })}
    }
}

fn opening(
    models: Vec<ModelView>,
    conversation: Option<&ConversationView>,
    message_id: MessageId,
) -> Opening {
    let refused = flash_for("/api/fn/chat/send");
    let typed = |name: &str| {
        refused
            .as_ref()
            .and_then(|flash| flash.field(name).parse::<kernel::id::Uuid>().ok())
    };
    let default = models
        .iter()
        .find(|m| m.is_default)
        .or(models.first())
        .map(|m| m.id);
    let is_running = |m: &&MessageView| m.status == MessageStatus::Streaming;
    Opening {
        model: typed("model_id")
            .map(Into::into)
            .or(conversation.map(|c| c.model_id))
            .or(default),
        running: conversation.and_then(|c| c.messages.items.iter().rfind(is_running)?.generation),
        earlier: conversation.and_then(|c| c.messages.next),
        empty: conversation.is_none_or(|c| c.messages.items.is_empty()),
        models,
        message_id,
        typed: refused
            .as_ref()
            .map(|flash| flash.field("body"))
            .unwrap_or_default(),
        refusal: refused.map(|flash| flash.error),
    }
}

/// What happened to a form of this page, without JavaScript.
#[component]
fn Notices(deleted: Option<ConversationId>) -> impl IntoView {
    let refused = ["rename", "delete", "restore", "stop"]
        .into_iter()
        .find_map(|verb| flash_for(&format!("/api/fn/chat/{verb}")));
    view! {
        {deleted.map(|id| view! {
            <form class="notice page-notice" role="status" action="/api/fn/chat/restore" method="post">
                <input type="hidden" name="conversation_id" value=id.to_string()/>
                <span>"Conversation deleted."</span>
                <button class="text-button">"Undo"</button>
            </form>
        })}
        {refused.map(|flash: Flash| view! { <div class="page-notice"><ErrorNotice error=flash.error id="page-error"/></div> })}
    }
}
