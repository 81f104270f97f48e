//! What the islands of the chat page share: the person's conversations, which one is open, and
//! the message at the top of the page.

use ::chat::{ConversationId, ConversationList, ConversationSummary, ListCursor};
use leptos::prelude::*;

use crate::language::t;
use serde::{Deserialize, Serialize};

use super::toast::{Toast, ToastPlace};
use super::{browser, days::Now, draft};

/// The shared state; islands inside of [`WorkspaceIsland`] get it by `expect_context`.
#[derive(Clone, Copy)]
pub struct Workspace {
    /// As far as loaded, newest first.
    pub conversations: RwSignal<Vec<ConversationSummary>>,
    /// Where the list goes on.
    pub next: RwSignal<Option<ListCursor>>,
    /// The open conversation.
    pub current: RwSignal<Option<ConversationId>>,
    /// The open conversation's title.
    pub title: RwSignal<Option<String>>,
    /// The time of rendering, in the reader's time zone once that is known.
    pub now: RwSignal<Now>,
    /// The message at the top of the page.
    pub toast: RwSignal<Option<Toast>>,
}

/// What the server knows when it renders the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AtStart {
    /// The first page of the list.
    pub list: ConversationList,
    /// The open conversation.
    pub current: Option<ConversationId>,
    /// Its title.
    pub title: Option<String>,
    /// Seconds since 1970.
    pub now: i64,
}

impl Workspace {
    fn new(start: AtStart) -> Self {
        Self {
            conversations: RwSignal::new(start.list.items),
            next: RwSignal::new(start.list.next),
            current: RwSignal::new(start.current),
            title: RwSignal::new(start.title),
            now: RwSignal::new(Now {
                seconds: start.now,
                offset: 0,
            }),
            toast: RwSignal::new(None),
        }
    }

    /// Something was said in a conversation: it is the newest now. A new one becomes the open one.
    pub fn spoken_in(self, id: ConversationId) {
        let now = browser::now();
        self.now.set(now);
        self.conversations.update(|list| {
            let known = list
                .iter()
                .position(|c| c.id == id)
                .map(|at| list.remove(at));
            let title = known.and_then(|c| c.title);
            list.insert(
                0,
                ConversationSummary {
                    id,
                    title,
                    active_at_us: now.seconds * 1_000_000,
                },
            );
        });
        self.current.set(Some(id));
    }

    /// A conversation has got a title.
    pub fn titled(self, id: ConversationId, title: &str) {
        self.conversations.update(|list| {
            if let Some(conversation) = list.iter_mut().find(|c| c.id == id) {
                conversation.title = Some(title.to_owned());
            }
        });
        if self.current.get_untracked() == Some(id) {
            self.title.set(Some(title.to_owned()));
        }
    }

    /// Takes a conversation out of the list.
    pub fn removed(self, id: ConversationId) {
        self.conversations
            .update(|list| list.retain(|c| c.id != id));
    }

    /// Puts a conversation back where it belongs.
    pub fn restored(self, conversation: ConversationSummary) {
        self.conversations.update(|list| {
            let at = list.partition_point(|c| {
                (c.active_at_us, c.id) > (conversation.active_at_us, conversation.id)
            });
            list.insert(at, conversation);
        });
    }

    /// Shows a message at the top of the page.
    pub fn tell(self, toast: Toast) {
        self.toast.set(Some(toast));
    }
}

/// Holds the [`Workspace`]; everything of the chat page is inside.
#[island]
pub fn WorkspaceIsland(
    /// As rendered.
    start: AtStart,
    /// The page.
    children: Children,
) -> impl IntoView {
    let workspace = Workspace::new(start);
    provide_context(workspace);
    Effect::new(move || {
        browser::hold_focus_in_drawer();
        draft::forget_at_sign_out();
        // The server renders in UTC: only the browser knows which day it is here.
        let offset = browser::now().offset;
        workspace.now.update(|now| now.offset = offset);
    });
    // Not at first: the server has rendered the title of the document.
    Effect::watch(
        move || workspace.title.get(),
        |title, _, _| document().set_title(&document_title(title.as_deref())),
        false,
    );
    view! {
        <ToastPlace/>
        {children()}
    }
}

/// The open conversation's title, where it stands above the messages.
#[island]
pub fn ConversationTitle() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    move || {
        workspace
            .title
            .get()
            .unwrap_or_else(|| t!(common.new_chat).to_owned())
    }
}

/// The title of the document while a conversation is open.
pub fn document_title(title: Option<&str>) -> String {
    format!("{} · Parlance", title.unwrap_or(t!(common.new_chat)))
}
