//! The open conversation: the log of messages and the composer below it.

use ::chat::{MessageId, ModelId, ModelView};
use leptos::{ev, html, prelude::*};
use serde::{Deserialize, Serialize};

use super::{
    actions,
    announce::{ANNOUNCER, Announcer},
    composer::Composer,
    connection, copy, editor,
    exchange::Exchange,
    keyboard,
    log::Log,
    scroll::Scroller,
    welcome::Welcome,
    windows,
    workspace::Workspace,
};
use crate::language::t;
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
    /// The last message, if what is shown ends with it: the next one follows it.
    pub parent_id: Option<MessageId>,
    /// The answer that is being written.
    pub running: Option<String>,
    /// No message yet.
    pub empty: bool,
    /// The keyboard begins in the composer.
    pub focus: bool,
    /// What was typed in a message that was refused without JavaScript.
    pub typed: String,
    /// Why it was refused.
    pub refusal: Option<AppError>,
}

/// The conversation; `children` are the messages that the server has rendered, and the forms that
/// their buttons belong to.
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
        log: Log(node),
        empty: RwSignal::new(opening.empty),
        running: RwSignal::new(opening.running.clone()),
        sending: RwSignal::new(false),
        loading: RwSignal::new(false),
        stuck: RwSignal::new(false),
        refusal: RwSignal::new(opening.refusal.clone()),
        next_id: RwSignal::new(opening.message_id.to_string()),
        picked: RwSignal::new(opening.model),
        said: RwSignal::new(String::new()),
        announcer: Announcer::new(),
    };
    come_alive(exchange, node);
    let composer = NodeRef::<html::Textarea>::new();
    view! {
        <section class="conversation" aria-label=t!(chat.conversation) data-empty=move || exchange.empty.get().then_some("")>
            <div class="scroller" node_ref=node
                on:scroll=move |_| { exchange.scroller.scrolled(); windows::near(exchange); }
                on:submit=move |ev| actions::submitted(exchange, &ev)
                on:click=move |ev| { windows::clicked(exchange, &ev); editor::clicked(&ev); copy::clicked(exchange, &ev); }
                on:keydown=move |ev| editor::pressed(&ev)
                on:input=move |ev| editor::typed(&ev)>
                {children()}
                <Show when=move || exchange.empty.get()><Welcome composer/></Show>
            </div>
            <p class="sr-only" aria-live="polite">{move || exchange.said.get()}</p>
            <div class="sr-only" aria-live="polite" id=ANNOUNCER></div>
            <Composer exchange node=composer opening/>
        </section>
    }
}

/// After hydration: the right place in view, and an answer that is being written followed.
fn come_alive(exchange: Exchange, node: NodeRef<html::Div>) {
    Effect::new(move || {
        if node.get().is_none() {
            return;
        }
        connection::watch();
        keyboard::listen(exchange);
        exchange.arrived();
        if exchange.log.find("[data-marked], [data-editing]").is_some() {
            exchange.scroller.let_go();
        } else {
            exchange.scroller.follow();
        }
        request_animation_frame(move || windows::near(exchange));
    });
    Effect::new(move || {
        let busy = exchange.running.with(Option::is_some).to_string();
        if let Some(log) = exchange.log.find(".log") {
            let _ = log.set_attribute("aria-busy", &busy);
        }
    });
    Effect::new(move || {
        // A sentence above the composer takes room from the log, too.
        exchange.refusal.track();
        request_animation_frame(move || exchange.scroller.follow());
    });
    Effect::new(move || {
        // A keyboard that opens takes room from the log.
        let resized = window_event_listener(ev::resize, move |_| {
            exchange.log.measure_room();
            exchange.scroller.follow();
        });
        on_cleanup(move || resized.remove());
    });
}

/// The button that leads back to the end; it shows while the reader is elsewhere.
#[component]
pub fn JumpToLatest(
    /// What goes on in the conversation.
    exchange: Exchange,
) -> impl IntoView {
    view! {
        <Show when=move || exchange.scroller.is_away()>
            <div class="jump">
                <button type="button" on:click=move |_| windows::jump(exchange)><icons::ArrowDown/>{t!(chat.jump)}</button>
            </div>
        </Show>
    }
}
