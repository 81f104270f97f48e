//! A conversation in the sidebar.

use ::chat::ConversationSummary;
use leptos::prelude::*;

use super::{menu::FORM, workspace::Workspace};
use crate::language::t;
use crate::ui::icons::Drawn;

/// One conversation, and the way to its menu. Short, for a page has thirty of them.
#[component]
pub fn Item(
    /// Which.
    conversation: ConversationSummary,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let id = conversation.id;
    let untitled = conversation.title.is_none();
    let title = conversation
        .title
        .unwrap_or_else(|| t!(common.new_chat).to_owned());
    view! {
        <li class="conversation-item">
            <a id=format!("c-{id}") href=format!("/chat/{id}") dir="auto" class=untitled.then_some("untitled")
                aria-current=move || (workspace.current.get() == Some(id)).then_some("page")>
                {title.clone()}
            </a>
            <button class="icon-button" form=FORM name="menu" value=id.to_string() aria-label=t!(chat.more_for, title)>
                <Drawn icon="more"/>
            </button>
        </li>
    }
}
