//! The open conversation: the log of messages and the composer below it.

use ::chat::{GenerationId, MessageId, MessageView, ModelId, ModelView};
use leptos::{ev, html, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::{
    api,
    composer::Composer,
    exchange::{Added, Exchange},
    message::{Answer, Message, Question},
    scroll::Scroller,
    welcome::Welcome,
    workspace::Workspace,
};
use crate::{error::AppError, ui::icons};

/// What the server knows when it renders the conversation. The messages are not in it: they are
/// the island's children, and are sent once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opening {
    /// To choose from.
    pub models: Vec<ModelView>,
    /// Chosen.
    pub model: Option<ModelId>,
    /// The id of the next message.
    pub message_id: MessageId,
    /// The answer that is being written.
    pub running: Option<GenerationId>,
    /// There are messages before this one.
    pub earlier: Option<MessageId>,
    /// No message yet.
    pub empty: bool,
    /// What was typed in a message that was refused without JavaScript.
    pub typed: String,
    /// Why it was refused.
    pub refusal: Option<AppError>,
}

/// The conversation; `children` are the messages that the server has rendered.
#[island]
pub fn Conversation(
    /// As rendered.
    opening: Opening,
    /// The messages.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let exchange = Exchange {
        workspace: expect_context::<Workspace>(),
        scroller: Scroller::new(node),
        added: RwSignal::new(Vec::new()),
        running: RwSignal::new(opening.running),
        sending: RwSignal::new(false),
        refusal: RwSignal::new(opening.refusal.clone()),
        next_id: RwSignal::new(opening.message_id),
    };
    come_alive(exchange, node);
    let composer = NodeRef::<html::Textarea>::new();
    let was_empty = opening.empty;
    let empty = move || was_empty && exchange.added.with(Vec::is_empty);
    view! {
        <section class="conversation" aria-label="Conversation" data-empty=move || empty().then_some("")>
            <div class="scroller" node_ref=node on:scroll=move |_| exchange.scroller.scrolled()>
                <div class="log" class:hidden=empty role="log" aria-label="Messages"
                    aria-busy=move || exchange.running.with(Option::is_some).to_string()>
                    <Earlier cursor=opening.earlier exchange/>
                    {children()}
                    <For each=move || exchange.added.get() key=Added::id let:added>
                        <Arrived added exchange/>
                    </For>
                </div>
                <Show when=empty><Welcome composer/></Show>
            </div>
            <Composer exchange node=composer models=opening.models.clone() model=opening.model typed=opening.typed.clone()/>
        </section>
    }
}

/// After hydration: the end in view, and an answer that is being written followed.
fn come_alive(exchange: Exchange, node: NodeRef<html::Div>) {
    Effect::new(move || {
        let Some(scroller) = node.get() else { return };
        exchange.scroller.to_end();
        if let Ok(Some(article)) = scroller.query_selector("article[data-status=streaming]") {
            exchange.follow(article);
        }
    });
    Effect::new(move || {
        // A keyboard that opens takes room from the log.
        let resized = window_event_listener(ev::resize, move |_| exchange.scroller.follow());
        on_cleanup(move || resized.remove());
    });
}

#[component]
fn Arrived(added: Added, exchange: Exchange) -> impl IntoView {
    match added {
        Added::Question { id, text, pending } => view! { <Question id text pending/> }.into_any(),
        Added::Answer(view) => {
            let node = NodeRef::<html::Article>::new();
            Effect::new(move || {
                if let Some(article) = node.get() {
                    exchange.follow((*article).clone());
                }
            });
            view! { <Answer view node/> }.into_any()
        }
    }
}

/// The way to the messages before those that were rendered, and those that were fetched by it.
#[component]
fn Earlier(cursor: Option<MessageId>, exchange: Exchange) -> impl IntoView {
    let cursor = RwSignal::new(cursor);
    let fetched = RwSignal::new(Vec::<MessageView>::new());
    let busy = RwSignal::new(false);
    let fetch = move |ev: ev::MouseEvent| {
        ev.prevent_default();
        let (Some(before), Some(conversation)) = (
            cursor.get_untracked(),
            exchange.workspace.current.get_untracked(),
        ) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match api::earlier_messages(conversation.to_string(), before.to_string()).await {
                Ok(page) => {
                    let distance = exchange.scroller.distance();
                    cursor.set(page.next);
                    fetched.update(|list| {
                        list.splice(0..0, page.items);
                    });
                    request_animation_frame(move || exchange.scroller.keep(distance));
                }
                Err(error) => exchange.workspace.tell(super::toast::Toast {
                    text: error.message,
                    undo: None,
                }),
            }
            busy.set(false);
        });
    };
    view! {
        {move || cursor.get().map(|before| view! {
            <a class="earlier btn btn-sm btn-ghost" href=format!("?before={before}") on:click=fetch>
                {move || if busy.get() { "Loading…" } else { "Earlier messages" }}
            </a>
        })}
        <For each=move || fetched.get() key=|view| view.id let:view><Message view/></For>
    }
}

/// The button that leads back to the end; it shows while the reader is elsewhere.
#[component]
pub fn JumpToLatest(
    /// The log's scrolling.
    scroller: Scroller,
) -> impl IntoView {
    view! {
        <Show when=move || scroller.is_away()>
            <div class="jump">
                <button type="button" on:click=move |_| scroller.to_end()><icons::ArrowDown/>"Jump to latest"</button>
            </div>
        </Show>
    }
}
