//! The chat page: the sidebar, and a conversation or the place to begin one.

use ::chat::{
    ConversationId, ConversationList, ConversationView, Engine, MessageId, ModelId, ModelView,
    Speaker, queries,
};
use axum::http::request::Parts;
use kernel::Actor;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use users::Profile;

use super::{
    conversation::{Conversation, Opening},
    editor_form::Editing,
    log_view::{LogView, Window},
    sidebar::Sidebar,
    workspace::{AtStart, ConversationTitle, NEW_CHAT, WorkspaceIsland},
};
use crate::{
    account::next,
    error::AppError,
    flash::{Flash, flash_for},
    pages::{InlineScript, Page},
    server::{app_state, parse_id, parse_optional_id},
    session,
    state::AppState,
    ui::{ErrorNotice, icons},
};

/// Opens the log before it is painted: at the message that the address leads to, or at its end.
/// Without JavaScript the style and the address's fragment do it.
const OPEN: &str = "{const s=document.querySelector('.scroller'),m=s.querySelector('[data-marked],[data-editing]');\
if(m){m.scrollIntoView({block:'center'});m.focus({preventScroll:true})}else s.scrollTop=s.scrollHeight}";

/// What the address asks for.
struct Asked {
    conversation: Option<String>,
    before: Option<String>,
    later: Option<String>,
    message: Option<String>,
    edit: Option<String>,
    after: Option<String>,
    deleted: Option<String>,
}

impl Asked {
    /// Which part of the conversation; at its end when nothing else is said.
    fn window(&self) -> Result<::chat::Window, AppError> {
        let around = self.edit.clone().or(self.message.clone());
        Ok(
            if let Some(before) = parse_optional_id(self.before.clone())? {
                ::chat::Window::Before(before)
            } else if let Some(after) = parse_optional_id(self.later.clone())? {
                ::chat::Window::After(after)
            } else {
                parse_optional_id(around)?.map_or(::chat::Window::End, ::chat::Window::Around)
            },
        )
    }
}

/// What the page shows.
struct Loaded {
    profile: Profile,
    list: ConversationList,
    models: Vec<ModelView>,
    /// The open conversation's id, title and model.
    conversation: Option<(ConversationId, Option<String>, ModelId)>,
    window: Window,
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
        later: query.get("later"),
        message: query.get("message"),
        edit: query.get("edit"),
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
    let after = asked.after.as_deref().and_then(|after| after.parse().ok());
    let (conversation, list, models) = tokio::try_join!(
        open(&chat, actor, &asked),
        async { Ok::<_, AppError>(queries::list_conversations(&db, actor, after).await?) },
        async { Ok::<_, AppError>(queries::list_models(&db, actor).await?) },
    )?;
    let fresh = || MessageId::from(db.clock().uuid());
    let head = conversation
        .as_ref()
        .map(|c| (c.id, c.title.clone(), c.model_id));
    let mut window = Window::of(conversation, fresh());
    window.marked = parse_optional_id(asked.message).unwrap_or_default();
    window.editing = editing(&window, asked.edit, fresh());
    Ok(Loaded {
        list,
        models,
        deleted: asked.deleted.and_then(|id| parse_id(&id).ok()),
        message_id: fresh(),
        now: db.now().unix_timestamp(),
        conversation: head,
        window,
        profile,
    })
}

async fn open(
    chat: &Engine,
    actor: Actor,
    asked: &Asked,
) -> Result<Option<ConversationView>, AppError> {
    let Some(id) = parse_optional_id(asked.conversation.clone())? else {
        return Ok(None);
    };
    let window = asked.window()?;
    Ok(Some(
        queries::open_conversation(chat, actor, id, window).await?,
    ))
}

/// The message that is edited without JavaScript: the one that the address names, or the one whose
/// new text was refused.
fn editing(window: &Window, edit: Option<String>, message_id: MessageId) -> Option<Editing> {
    let refused = flash_for("/api/fn/chat/edit");
    let id = match &refused {
        Some(flash) => flash.field("edited_id"),
        None => edit?,
    };
    let edited_id = parse_id(&id).ok()?;
    let edited = window
        .messages
        .iter()
        .find(|message| message.id == edited_id && message.speaker == Speaker::User)?;
    Some(Editing {
        edited_id,
        message_id,
        text: refused
            .as_ref()
            .map_or_else(|| edited.text.clone(), |flash| flash.field("body")),
        refusal: refused.map(|flash| flash.error.message),
    })
}

#[component]
fn Chat(loaded: Loaded) -> impl IntoView {
    let opening = opening(&loaded);
    let Loaded {
        profile,
        list,
        conversation,
        window,
        deleted,
        now,
        ..
    } = loaded;
    let (current, title) = conversation.map_or((None, None), |(id, title, _)| (Some(id), title));
    let start = AtStart {
        list,
        current,
        title: title.clone(),
        now,
    };
    // Whoever edits keeps what is typed.
    let refreshes = opening.running.is_some() && window.editing.is_none();
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
                        <Conversation opening><LogView window/></Conversation>
                        <InlineScript code=OPEN/>
                    </main>
                </div>
            </div>
        </WorkspaceIsland>
        // An answer in progress shows itself by refreshing until it is done.
        {refreshes.then(|| view! { <noscript><meta http-equiv="refresh" content=refresh()/></noscript> })}
    }
}

/// The page again in two seconds. By its whole address: with a fragment in the address bar, a browser
/// would take "again" for a move on the page.
fn refresh() -> String {
    let here = use_context::<Parts>().map(|parts| parts.uri.to_string());
    format!("2;url={}", next::local(here.as_deref()))
}

fn opening(loaded: &Loaded) -> Opening {
    let refused = flash_for("/api/fn/chat/send");
    let typed = |name: &str| {
        refused
            .as_ref()
            .and_then(|flash| flash.field(name).parse::<kernel::id::Uuid>().ok())
    };
    let models = &loaded.models;
    let default = models
        .iter()
        .find(|m| m.is_default)
        .or(models.first())
        .map(|m| m.id);
    let window = &loaded.window;
    Opening {
        model: typed("model_id")
            .map(Into::into)
            .or(loaded.conversation.as_ref().map(|(_, _, model)| *model))
            .or(default),
        running: window.running(),
        parent_id: window.end(),
        empty: window.messages.is_empty(),
        focus: window.marked.is_none() && window.editing.is_none(),
        models: models.clone(),
        message_id: loaded.message_id,
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
    const VERBS: [&str; 7] = [
        "rename",
        "delete",
        "restore",
        "stop",
        "switch",
        "regenerate",
        "continue",
    ];
    let refused = VERBS
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
