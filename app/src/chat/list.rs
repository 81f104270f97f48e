//! The person's conversations in the sidebar, by day, newest first.

use ::chat::{ConversationList, ConversationSummary};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{client, days, item::Item, menu::ConversationMenu, toast::Toast, workspace::Workspace};

use crate::language::t;

/// The list, and the way to more of it.
#[island]
pub fn Conversations(
    /// What of the page's address the form for a menu has to keep.
    keeps: Vec<(String, String)>,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let groups = Memo::new(move |_| {
        workspace
            .conversations
            .with(|list| days::group(list, workspace.now.get()))
    });
    let items = move |of: days::Days| {
        groups.with(|groups| {
            groups
                .iter()
                .find(|(days, _)| *days == of)
                .map_or_else(Vec::new, |(_, items)| items.clone())
        })
    };
    view! {
        <Show when=move || groups.with(Vec::is_empty)>
            <p class="none">{t!(chat.none_yet)}</p>
        </Show>
        <For each=move || groups.with(|g| g.iter().map(|(days, _)| *days).collect::<Vec<_>>()) key=|days| *days let:days>
            <section>
                <h2>{days.to_string()}</h2>
                <ul>
                    <For each=move || items(days) key=|c: &ConversationSummary| (c.id, c.title.clone()) let:conversation>
                        <Item conversation/>
                    </For>
                </ul>
            </section>
        </For>
        {move || workspace.next.get().map(|next| view! { <More after=next.to_string() workspace/> })}
        <ConversationMenu keeps/>
    }
}

#[component]
fn More(after: String, workspace: Workspace) -> impl IntoView {
    let href = format!("/chat?after={after}");
    let busy = RwSignal::new(false);
    let load = move |ev: ev::MouseEvent| {
        ev.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let after = after.clone();
        spawn_local(async move {
            let page = client::get("list", &[("after", &after)])
                .await
                .and_then(|answer| client::read::<ConversationList>(&answer));
            match page {
                Ok(page) => {
                    let known = |c: &ConversationSummary| {
                        workspace
                            .conversations
                            .with_untracked(|l| l.iter().any(|k| k.id == c.id))
                    };
                    let new: Vec<_> = page.items.into_iter().filter(|c| !known(c)).collect();
                    workspace.conversations.update(|list| list.extend(new));
                    workspace.next.set(page.next);
                }
                Err(error) => workspace.tell(Toast {
                    text: error.message,
                    undo: None,
                }),
            }
            busy.try_set(false);
        });
    };
    view! {
        <a class="more" href=href aria-busy=move || busy.get().to_string() on:click=load>
            {move || if busy.get() { t!(common.loading) } else { t!(chat.show_more) }}
        </a>
    }
}
