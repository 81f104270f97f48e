//! A conversation in the sidebar, with its menu. The menu and the field for a new title are
//! popovers, so they work without JavaScript too.

use ::chat::{ConversationId, ConversationSummary, Title};
use leptos::{ev, html, prelude::*, task::spawn_local};

use super::{
    browser, client,
    toast::Toast,
    workspace::{NEW_CHAT, Workspace},
};
use crate::ui::{FieldError, icons};

/// One conversation.
#[component]
pub fn Item(
    /// Which.
    conversation: ConversationSummary,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let id = conversation.id;
    let title = conversation
        .title
        .clone()
        .unwrap_or_else(|| NEW_CHAT.to_owned());
    view! {
        <li class="conversation-item">
            <a id=format!("c-{id}") href=format!("/chat/{id}") dir="auto" class:untitled=conversation.title.is_none()
                aria-current=move || (workspace.current.get() == Some(id)).then_some("page")>
                {title.clone()}
            </a>
            <button type="button" class="icon-button" popovertarget=format!("menu-{id}") aria-label=format!("More for {title}")>
                <icons::More/>
            </button>
            <div class="panel" popover="auto" id=format!("menu-{id}")>
                <button type="button" class="menu-item" popovertarget=format!("rename-{id}")>
                    <icons::Pencil/>"Rename"
                </button>
                <Delete conversation workspace/>
                <Rename id title workspace/>
            </div>
        </li>
    }
}

#[component]
fn Delete(conversation: ConversationSummary, workspace: Workspace) -> impl IntoView {
    let id = conversation.id;
    let on_submit = move |ev: ev::SubmitEvent| {
        ev.prevent_default();
        let conversation = conversation.clone();
        workspace.removed(id);
        spawn_local(async move {
            match client::post("delete", &[("conversation_id", &id.to_string())]).await {
                // What is open is gone: the empty page offers to undo it.
                Ok(_) if workspace.current.get_untracked() == Some(id) => {
                    browser::go_to(&format!("/chat?deleted={id}"))
                }
                Ok(_) => workspace.tell(Toast {
                    text: "Conversation deleted.".to_owned(),
                    undo: Some(conversation),
                }),
                Err(error) => {
                    workspace.restored(conversation);
                    workspace.tell(Toast {
                        text: error.message,
                        undo: None,
                    });
                }
            }
        });
    };
    view! {
        <form action="/api/fn/chat/delete" method="post" on:submit=on_submit>
            <input type="hidden" name="conversation_id" value=id.to_string()/>
            <button class="menu-item danger"><icons::Bin/>"Delete"</button>
        </form>
    }
}

#[component]
fn Rename(id: ConversationId, title: String, workspace: Workspace) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let refusal = RwSignal::new(None::<String>);
    let on_submit = move |ev: ev::SubmitEvent| {
        ev.prevent_default();
        let Some(typed) = field.get_untracked().map(|field| field.value()) else {
            return;
        };
        let title = match Title::parse(&typed) {
            Ok(title) => title,
            Err(reason) => return refusal.set(Some(reason.to_string())),
        };
        spawn_local(async move {
            let fields = [("conversation_id", &*id.to_string()), ("title", &typed)];
            match client::post("rename", &fields).await {
                Ok(_) => {
                    workspace.titled(id, title.as_str());
                    // The item has been made anew: focus goes back to where it was.
                    request_animation_frame(move || browser::focus(&format!("c-{id}")));
                }
                Err(error) => {
                    let _ = refusal.try_set(Some(error.message));
                }
            }
        });
    };
    let describes = format!("rename-error-{id}");
    view! {
        <div class="panel" popover="auto" id=format!("rename-{id}")>
            <form class="rename" action="/api/fn/chat/rename" method="post" on:submit=on_submit>
                <input type="hidden" name="conversation_id" value=id.to_string()/>
                <label for=format!("title-{id}")>"Title"</label>
                <input class="input" node_ref=field id=format!("title-{id}") name="title" value=title autofocus autocomplete="off"
                    maxlength=Title::MAX_CHARS.to_string() aria-describedby=describes.clone()
                    aria-invalid=move || refusal.with(Option::is_some).then_some("true")/>
                {move || view! { <FieldError id=describes.clone() sentence=refusal.get()/> }}
                <div class="buttons">
                    <button type="button" class="btn btn-ghost" popovertarget=format!("rename-{id}") popovertargetaction="hide">
                        "Cancel"
                    </button>
                    <button class="btn btn-primary">"Rename"</button>
                </div>
            </form>
        </div>
    }
}
