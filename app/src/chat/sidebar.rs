//! The sidebar: a way to begin, the conversations, and the account. On narrow screens a drawer,
//! by the browser's own popover, so that it opens and closes without JavaScript too.

use ::chat::Title;
use leptos::prelude::*;
use users::Profile;

use super::{dialogs::Keys, list::Conversations};
use crate::{
    language::{GAP, around, t},
    shortcuts::Action,
    ui::{Wordmark, icons},
};

/// The sidebar.
#[component]
pub fn Sidebar(
    /// Who is signed in.
    profile: Profile,
    /// What their conversations were searched for.
    searched: Option<String>,
    /// How many are listed.
    listed: usize,
    /// What of the page's address a form of the list has to keep.
    keeps: Vec<(String, String)>,
) -> impl IntoView {
    let is_searched = searched.is_some().then_some("");
    view! {
        // A landmark, like all that is not the page's main part (WCAG 1.3.1).
        <aside class="sidebar" id="sidebar" popover="auto" aria-label=t!(chat.sidebar)>
            <div class="sidebar-top">
                <a href="/chat" aria-label="Parlance"><Wordmark/></a>
                <button type="button" class="icon-button column-only needs-script" id="hide-sidebar" data-does=Action::Sidebar.id()
                    aria-label=t!(chat.hide_sidebar)>
                    <icons::Sidebar/>
                </button>
                <button type="button" class="icon-button drawer-only" popovertarget="sidebar" popovertargetaction="hide"
                    aria-label=t!(chat.close_conversations)>
                    <icons::Close/>
                </button>
            </div>
            <a class="new-chat" href="/chat"><icons::NewChat/>{t!(common.new_chat)}</a>
            <button type="button" class="new-chat search-chats needs-script" data-does=Action::Search.id()>
                <icons::Search/><span>{t!(common.search_chats)}</span><Keys action=Action::Search/>
            </button>
            <SearchForm searched listed/>
            <nav class="conversations" aria-label=t!(chat.conversations) data-searched=is_searched><Conversations keeps/></nav>
            <Account profile/>
        </aside>
    }
}

/// Without JavaScript the list itself shows what is found.
#[component]
fn SearchForm(searched: Option<String>, listed: usize) -> impl IntoView {
    let showing = searched.clone().map(|text| {
        let (before, after) = around(match listed {
            0 => t!(chat.no_title_has, text = GAP),
            _ => t!(chat.titles_with, text = GAP),
        });
        view! {
            <p class="found">
                {before}<q dir="auto">{text}</q>{after}" · "<a class="link" href="/chat">{t!(chat.show_all)}</a>
            </p>
        }
    });
    view! {
        <form class="search-form without-script" role="search" action="/chat" method="get">
            <label class="sr-only" for="search-chats">{t!(common.search_chats)}</label>
            <input class="input" id="search-chats" type="search" name="search" placeholder=t!(common.search_chats) dir="auto"
                maxlength=Title::MAX_CHARS.to_string() value=searched autocomplete="off"/>
            <button class="btn btn-sm">{t!(chat.search)}</button>
        </form>
        {showing}
    }
}

#[component]
fn Account(profile: Profile) -> impl IntoView {
    let name = profile.display_name.as_str().to_owned();
    let initial: String = name
        .chars()
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    view! {
        <div class="account">
            <button type="button" class="account-button" popovertarget="account-menu">
                <span class="avatar" aria-hidden="true">{initial}</span>
                <span class="name" dir="auto">{name}</span>
                <icons::UpDown/>
            </button>
            <div class="panel" id="account-menu" popover="auto">
                <p class="account-email">{profile.email.as_str().to_owned()}</p>
                <a class="menu-item" href="/billing"><icons::Card/>{t!(billing.title)}</a>
                <a class="menu-item" href="/usage"><icons::Bars/>{t!(billing.usage)}</a>
                <a class="menu-item" href="/settings"><icons::Settings/>{t!(common.settings)}</a>
                <button type="button" class="menu-item needs-script" data-does=Action::Help.id()>
                    <icons::Keyboard/><span>{Action::Help.name()}</span><Keys action=Action::Help/>
                </button>
                <div class="menu-rule"></div>
                <form action="/api/fn/auth/sign_out" method="post">
                    <button class="menu-item"><icons::SignOut/>{t!(common.sign_out)}</button>
                </form>
            </div>
        </div>
    }
}
