//! The menu of a conversation in the sidebar: one for all of them, at the button that asked for it.
//! Without JavaScript the button sends [`FORM`], and [`manage`](super::manage) stands in the page.

use ::chat::{ConversationSummary, Title};
use leptos::{ev, html, prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys};

use super::{
    browser, client,
    toast::Toast,
    workspace::{NEW_CHAT, Workspace},
};
use crate::ui::{FieldError, icons};

/// The id of the form that asks for a menu by the conversation's id, `menu`.
pub const FORM: &str = "conversation-menu";
/// The id of the panel with the new title.
const RENAME: &str = "rename-conversation";

/// Whose menu is open, and the panel that it is in.
#[derive(Clone, Copy)]
struct Menu {
    workspace: Workspace,
    panel: NodeRef<html::Div>,
    of: RwSignal<Option<ConversationSummary>>,
}

impl Menu {
    /// At the button that was pressed, which says that it is open (ARIA, `aria-expanded`).
    fn open(self, opener: &web_sys::HtmlElement) {
        let id = opener.get_attribute("value");
        let conversation = self
            .workspace
            .conversations
            .with_untracked(|list| list.iter().find(|c| Some(c.id.to_string()) == id).cloned());
        let (Some(conversation), Some(panel)) = (conversation, self.panel.get_untracked()) else {
            return;
        };
        self.of.set(Some(conversation));
        let _ = opener.set_attribute("aria-expanded", "true");
        browser::show_popover_at(&panel, opener);
    }

    fn close(self) {
        if let Some(panel) = self.panel.get_untracked() {
            let _ = panel.hide_popover();
        }
    }
}

/// The menu, empty until it is asked for.
#[component]
pub fn ConversationMenu(
    /// What of the page's address the form has to keep.
    keeps: Vec<(String, String)>,
) -> impl IntoView {
    let menu = Menu {
        workspace: expect_context::<Workspace>(),
        panel: NodeRef::new(),
        of: RwSignal::new(None),
    };
    let asked = move |ev: ev::SubmitEvent| {
        ev.prevent_default();
        if let Some(opener) = ev.submitter() {
            menu.open(opener.unchecked_ref());
        }
    };
    let toggled = move |_| {
        let open = menu
            .panel
            .get_untracked()
            .is_some_and(|panel| panel.matches(":popover-open").unwrap_or(false));
        let opener = document()
            .query_selector(&format!("[form={FORM}][aria-expanded]"))
            .ok()
            .flatten();
        if let Some(opener) = opener.filter(|_| !open) {
            let _ = opener.remove_attribute("aria-expanded");
        }
    };
    view! {
        <form id=FORM method="get" on:submit=asked>
            {keeps.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
        </form>
        <div class="panel" popover="auto" node_ref=menu.panel on:toggle=toggled>
            {move || menu.of.get().map(|conversation| view! {
                <button type="button" class="menu-item" popovertarget=RENAME><icons::Pencil/>"Rename"</button>
                <Delete conversation=conversation.clone() menu/>
                <Rename conversation menu/>
            })}
        </div>
    }
}

#[component]
fn Delete(conversation: ConversationSummary, menu: Menu) -> impl IntoView {
    let workspace = menu.workspace;
    let on_submit = move |ev: ev::SubmitEvent| {
        ev.prevent_default();
        let conversation = conversation.clone();
        let id = conversation.id;
        menu.close();
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
        <form on:submit=on_submit><button class="menu-item danger"><icons::Bin/>"Delete"</button></form>
    }
}

#[component]
fn Rename(conversation: ConversationSummary, menu: Menu) -> impl IntoView {
    let id = conversation.id;
    let title = conversation.title.unwrap_or_else(|| NEW_CHAT.to_owned());
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
                    menu.close();
                    menu.workspace.titled(id, title.as_str());
                    // The item has been made anew: the keyboard goes to where it was.
                    request_animation_frame(move || browser::focus(&format!("c-{id}")));
                }
                Err(error) => {
                    let _ = refusal.try_set(Some(error.message));
                }
            }
        });
    };
    view! {
        <div class="panel" popover="auto" id=RENAME>
            <form class="rename" on:submit=on_submit>
                <label for="conversation-title">"Title"</label>
                <input class="input" node_ref=field id="conversation-title" name="title" value=title autofocus autocomplete="off" dir="auto"
                    maxlength=Title::MAX_CHARS.to_string() aria-describedby="rename-error"
                    aria-invalid=move || refusal.with(Option::is_some).then_some("true")/>
                {move || view! { <FieldError id="rename-error" sentence=refusal.get()/> }}
                <div class="buttons">
                    <button type="button" class="btn btn-ghost" popovertarget=RENAME popovertargetaction="hide">"Cancel"</button>
                    <button class="btn btn-primary">"Rename"</button>
                </div>
            </form>
        </div>
    }
}
