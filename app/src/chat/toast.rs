//! A short message at the top of the page, with a way to undo.

use std::time::Duration;

use ::chat::ConversationSummary;
use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::language::t;

use super::{client, workspace::Workspace};

/// The message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// One sentence.
    pub text: String,
    /// The deleted conversation that {t!(common.undo)} brings back.
    pub undo: Option<ConversationSummary>,
}

/// How long a message stays. WCAG 2.2.1 asks for time enough; what it offers is also undone by
/// nothing else, so it stays long.
const STAY: Duration = Duration::from_secs(12);

/// Where the message appears. It is announced politely, and stays while pointed at.
#[component]
pub fn ToastPlace() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let pointed_at = RwSignal::new(false);
    let place = NodeRef::<html::Div>::new();
    // A popover, to stand above the drawer, which is one; shown anew, to stand above the latest.
    Effect::new(move || {
        let shown = workspace.toast.with(Option::is_some);
        if let Some(place) = place.get() {
            let _ = place.toggle_popover_with_force(false);
            let _ = place.toggle_popover_with_force(shown);
        }
    });
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        if let Some(Some(timer)) = before {
            timer.clear();
        }
        let shown = workspace.toast.with(Option::is_some) && !pointed_at.get();
        shown
            .then(|| set_timeout_with_handle(move || workspace.toast.set(None), STAY).ok())
            .flatten()
    });
    view! {
        <div class="toast-place" role="status" popover="manual" node_ref=place on:pointerenter=move |_| pointed_at.set(true)
            on:pointerleave=move |_| pointed_at.set(false)>
            {move || workspace.toast.get().map(|toast| view! { <Card toast workspace/> })}
        </div>
    }
}

#[component]
fn Card(toast: Toast, workspace: Workspace) -> impl IntoView {
    let undo = toast.undo.map(|conversation| {
        let on_submit = move |ev: ev::SubmitEvent| {
            ev.prevent_default();
            restore(workspace, conversation.clone());
        };
        view! {
            <form action="/api/fn/chat/restore" method="post" on:submit=on_submit>
                <button class="text-button">{t!(common.undo)}</button>
            </form>
        }
    });
    view! {
        <div class="toast-card">
            <span>{toast.text}</span>
            {undo}
        </div>
    }
}

fn restore(workspace: Workspace, conversation: ConversationSummary) {
    workspace.toast.set(None);
    spawn_local(async move {
        let id = conversation.id.to_string();
        match client::post("restore", &[("conversation_id", &id)]).await {
            Ok(_) => workspace.restored(conversation),
            Err(error) => workspace.tell(Toast {
                text: error.message,
                undo: Some(conversation),
            }),
        }
    });
}
