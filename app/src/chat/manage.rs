//! A conversation's menu where there is no JavaScript: a part of the page.

use ::chat::{ConversationSummary, Title};
use leptos::prelude::*;

use crate::language::t;
use crate::ui::icons;

/// A field for a new title, and a way to delete.
#[component]
pub fn Manage(
    /// Which.
    conversation: ConversationSummary,
) -> impl IntoView {
    let id = conversation.id.to_string();
    let title = conversation
        .title
        .unwrap_or_else(|| t!(common.new_chat).to_owned());
    let about = t!(chat.more_for, title = title.clone());
    view! {
        <section class="manage page-notice" aria-label=about>
            <form class="rename" action="/api/fn/chat/rename" method="post">
                <input type="hidden" name="conversation_id" value=id.clone()/>
                <label for="managed-title">{t!(chat.title)}</label>
                <input class="input" id="managed-title" name="title" value=title autofocus autocomplete="off" dir="auto"
                    maxlength=Title::MAX_CHARS.to_string()/>
                <button class="btn btn-primary">{t!(chat.rename)}</button>
            </form>
            <form action="/api/fn/chat/delete" method="post">
                <input type="hidden" name="conversation_id" value=id/>
                <button class="btn btn-ghost danger"><icons::Bin/>{t!(chat.delete)}</button>
                <a class="btn btn-ghost" href="?">{t!(common.close)}</a>
            </form>
        </section>
    }
}
