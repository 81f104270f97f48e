//! The sidebar: a way to begin, the conversations, and the account. On narrow screens a drawer,
//! by the browser's own popover, so that it opens and closes without JavaScript too.

use leptos::prelude::*;
use users::Profile;

use super::list::Conversations;
use crate::ui::{Wordmark, icons};

/// The sidebar.
#[component]
pub fn Sidebar(
    /// Who is signed in.
    profile: Profile,
) -> impl IntoView {
    view! {
        <div class="sidebar" id="sidebar" popover="auto">
            <div class="sidebar-top">
                <a href="/chat" aria-label="Parlance"><Wordmark/></a>
                <button type="button" class="icon-button drawer-only" popovertarget="sidebar" popovertargetaction="hide"
                    aria-label="Close conversations">
                    <icons::Close/>
                </button>
            </div>
            <a class="new-chat" href="/chat"><icons::NewChat/>"New chat"</a>
            <nav class="conversations" aria-label="Conversations"><Conversations/></nav>
            <Account profile/>
        </div>
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
                <a class="menu-item" href="/settings"><icons::Settings/>"Settings"</a>
                <div class="menu-rule"></div>
                <form action="/api/fn/auth/sign_out" method="post">
                    <button class="menu-item"><icons::SignOut/>"Sign out"</button>
                </form>
            </div>
        </div>
    }
}
