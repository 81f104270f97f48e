//! The chat page: the sidebar, and a conversation or the place to begin one.

use ::chat::ConversationId;
use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    conversation::Conversation,
    dialogs::{PaletteDialog, ShortcutsDialog},
    loaded::{Asked, Loaded, load, opening},
    log_view::LogView,
    manage::Manage,
    sidebar::Sidebar,
    workspace::{AtStart, ConversationTitle, WorkspaceIsland},
};
use crate::{
    account::next,
    flash::{Flash, flash_for},
    language::{self, GAP, around, t},
    pages::{InlineScript, Page},
    shortcuts::Action,
    ui::{ErrorNotice, icons},
};

/// Opens the log before it is painted: at the message that the address leads to, or at its end.
/// Without JavaScript the style and the address's fragment do it. Then lays out what is
/// [above](super::message::Place::Above), a few at a time and without moving what is read.
const OPEN: &str = include_str!("open.js");

/// What a phone needs before the page is alive: room for its keyboard.
const TOUCH: &str = include_str!("touch.js");
/// What messages cost.
const COST: &str = include_str!("cost.js");
/// A sidebar that was hidden stays so, before anything is painted.
const SIDEBAR: &str = "try{if(localStorage.getItem('sidebar'))document.documentElement.dataset.sidebar='hidden'}catch{}";

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
        search: query.get("search"),
        menu: query.get("menu"),
    };
    view! {
        <Page view=async move {
            let loaded = load(asked).await?;
            Ok(view! { <Chat loaded/> }.into_any())
        }/>
    }
}

#[component]
fn Chat(loaded: Loaded) -> impl IntoView {
    let (opening, user) = (opening(&loaded), loaded.profile.id.to_string());
    let Loaded {
        profile,
        list,
        conversation,
        window,
        deleted,
        searched,
        managed,
        keeps,
        now,
        ..
    } = loaded;
    let (current, title) = conversation.map_or((None, None), |(id, title, _)| (Some(id), title));
    let found = list.items.len();
    let start = AtStart {
        list,
        current,
        title: title.clone(),
        now,
    };
    // Whoever edits keeps what is typed.
    let refreshes = opening.running.is_some() && window.editing.is_none();
    view! {
        <Title text=title.unwrap_or_else(|| t!(common.new_chat).to_owned())/>
        <InlineScript code=SIDEBAR/>
        <WorkspaceIsland start>
            <div class="workspace" data-user=user>
                <Sidebar profile searched=searched.clone() listed=found keeps/>
                <div class="main" id="main">
                    <header class="main-header">
                        <button type="button" class="icon-button drawer-only" popovertarget="sidebar" aria-label=t!(chat.open_conversations)>
                            <icons::Menu/>
                        </button>
                        <button type="button" class="icon-button needs-script" id="show-sidebar" data-does=Action::Sidebar.id()
                            aria-label=t!(chat.show_sidebar)>
                            <icons::Sidebar/>
                        </button>
                        <h1 dir="auto"><ConversationTitle/></h1>
                        <a class="icon-button drawer-only" href="/chat" aria-label=t!(chat.new_conversation)><icons::NewChat/></a>
                    </header>
                    <main class="conversation-place" id="content">
                        <Notices deleted/>
                        {managed.map(|conversation| view! { <Manage conversation/> })}
                        {searched.map(|text| view! { <Found text count=found/> })}
                        <Conversation opening><LogView window/></Conversation>
                        <InlineScript code=OPEN/>
                        <InlineScript code=TOUCH/>
                        <InlineScript code=COST/>
                    </main>
                </div>
            </div>
            <PaletteDialog/>
            <ShortcutsDialog/>
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

/// Where the list is a drawer, it is closed after a search: this leads to it.
#[component]
fn Found(text: String, count: usize) -> impl IntoView {
    let chats = language::chats(count);
    let (before, after) = around(t!(chat.found, chats, text = GAP));
    view! {
        <p class="notice page-notice drawer-only" role="status">
            <span>{before}<q dir="auto">{text}</q>{after}</span>
            <button type="button" class="text-button" popovertarget="sidebar">{t!(common.show)}</button>
        </p>
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
                <span>{t!(chat.deleted)}</span>
                <button class="text-button">{t!(common.undo)}</button>
            </form>
        })}
        {refused.map(|flash: Flash| view! { <div class="page-notice"><ErrorNotice error=flash.error id="page-error"/></div> })}
    }
}
