//! Where the person writes. A real form: without JavaScript it posts and the page comes back.

use ::chat::{MessageBody, ModelId, ModelView};
use leptos::{ev, html, prelude::*};

use super::{
    browser,
    conversation::{JumpToLatest, Opening},
    exchange::Exchange,
    size,
};
use crate::language::t;
use crate::ui::{ErrorNotice, escape, icons};

/// The form.
#[component]
pub fn Composer(
    /// What goes on in the conversation.
    exchange: Exchange,
    /// The field.
    node: NodeRef<html::Textarea>,
    /// As rendered.
    opening: Opening,
) -> impl IntoView {
    let Opening {
        models,
        parent_id,
        focus,
        typed,
        ..
    } = opening;
    let picked = exchange.picked;
    let demo = models
        .iter()
        .find(|model| model.is_demo)
        .map(|model| model.id);
    let is_demo = move || demo.is_some() && picked.get() == demo;
    let changed = move || {
        let Some(field) = node.get_untracked() else {
            return;
        };
        let text = field.value();
        if let Some(words) = size::show(&text) {
            exchange.said.set(words);
        }
        exchange.keep_draft(&text);
        browser::grow(&field);
        exchange.scroller.follow();
    };
    let send = move || {
        let Some(field) = node.get_untracked() else {
            return;
        };
        let text = field.value();
        if exchange.is_busy() {
            return;
        }
        if MessageBody::parse(text.as_str()).is_ok() {
            field.set_value("");
            size::show("");
            browser::grow(&field);
        }
        exchange.send(text, move |sent| {
            let Some(field) = node.get_untracked() else {
                return;
            };
            // What has been typed since stays, after what comes back.
            if let Err(text) = sent {
                let since = field.value();
                let gap = if since.is_empty() { "" } else { "\n\n" };
                field.set_value(&[&*text, gap, &since].concat());
            }
            changed();
        });
        browser::focus_field(&field);
    };
    restore_draft(exchange, node, changed);
    view! {
        <div class="composer-place">
            <JumpToLatest exchange/>
            // It is there from the start, so that what comes into it is announced.
            <p class="banner" id="banner" role="status"></p>
            {move || exchange.refusal.get().map(|error| {
                let next = exchange.workspace.current.get().map_or_else(|| "/chat".to_owned(), |id| format!("/chat/{id}"));
                view! { <ErrorNotice error id="composer-error" next/> }
            })}
            <form class="composer" id="composer" action="/api/fn/chat/send" method="post"
                on:submit=move |ev| { ev.prevent_default(); send(); }>
                <input type="hidden" name="message_id" value=move || exchange.next_id.get()/>
                <input type="hidden" name="parent_id" value=parent_id.map(|id| id.to_string())/>
                <input type="hidden" name="conversation_id"
                    value=move || exchange.workspace.current.get().map(|id| id.to_string()).unwrap_or_default()/>
                <label class="sr-only" for="composer-body">{t!(chat.message)}</label>
                <textarea id="composer-body" name="body" node_ref=node rows="1" dir="auto" placeholder=t!(chat.ask)
                    autocomplete="off" enterkeyhint="enter" autofocus=focus aria-describedby="composer-error composer-size composer-cost"
                    aria-invalid=move || exchange.refusal.with(|e| e.as_ref().is_some_and(|e| e.field.as_deref() == Some("body"))).then_some("true")
                    on:input=move |_| { exchange.mended(); changed(); }
                    on:keydown=move |ev| if sends(&ev) { ev.prevent_default(); send(); }>
                    {escape(&typed)}
                </textarea>
                <div class="composer-row">
                    <ModelPicker models picked changed/>
                    <span class="char-count" id="composer-size" hidden></span>
                    // What `cost.js` fills.
                    <span class="composer-cost" id="composer-cost"></span>
                    <SendOrStop exchange node/>
                </div>
            </form>
            <Show when=is_demo><p class="demo-label">{t!(chat.demo)}</p></Show>
            <form id="stop" action="/api/fn/chat/stop" method="post" hidden>
                <input type="hidden" name="generation_id" value=move || exchange.running.get()/>
            </form>
        </div>
    }
}

/// Enter sends and Shift+Enter breaks the line. Not while a word is being composed (Japanese,
/// Chinese, Korean), and not on a touch keyboard, which has no Shift+Enter.
pub fn sends(ev: &ev::KeyboardEvent) -> bool {
    ev.key() == "Enter"
        && !ev.shift_key()
        && !ev.is_composing()
        && ev.key_code() != 229
        && !browser::types_by_touch()
}

/// What was typed before the page came alive stays; else the draft comes back.
fn restore_draft(exchange: Exchange, node: NodeRef<html::Textarea>, changed: impl Fn() + 'static) {
    Effect::new(move || {
        let Some(field) = node.get() else { return };
        if field.value().is_empty()
            && let Some(kept) = exchange.kept_draft()
        {
            field.set_value(&kept);
        }
        changed();
    });
}

#[component]
fn ModelPicker(
    models: Vec<ModelView>,
    picked: RwSignal<Option<ModelId>>,
    /// Another model may read less at once.
    changed: impl Fn() + 'static,
) -> impl IntoView {
    let options = models
        .into_iter()
        .map(|model| {
            let selected = picked.get_untracked() == Some(model.id);
            let most = model.longest_message().to_string();
            view! { <option value=model.id.to_string() data-most=most selected=selected>{model.name}</option> }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="model-picker">
            <label class="sr-only" for="composer-model">{t!(chat.model)}</label>
            <select id="composer-model" name="model_id" on:change=move |ev| { picked.set(event_target_value(&ev).parse().ok()); changed(); }>
                {options}
            </select>
        </div>
    }
}

#[component]
fn SendOrStop(exchange: Exchange, node: NodeRef<html::Textarea>) -> impl IntoView {
    let running = move || exchange.running.with(Option::is_some);
    // The button is about to go: the keyboard goes on where one writes.
    let stopped = move || {
        if let Some(field) = node.get_untracked() {
            browser::focus_field(&field);
        }
    };
    view! {
        <Show
            when=running
            fallback=move || view! {
                <button class="send" aria-label=t!(chat.send) title=t!(chat.send) disabled=move || exchange.sending.get()><icons::ArrowUp/></button>
            }
        >
            <button class="send stop" form="stop" aria-label=t!(chat.stop) title=t!(chat.stop)
                on:click=move |ev| { ev.prevent_default(); exchange.stop(); stopped(); }>
                <icons::StopSquare/>
            </button>
        </Show>
    }
}
