//! Where the person writes. A real form: without JavaScript it posts and the page comes back.

use ::chat::{MessageBody, ModelId, ModelView};
use leptos::{ev, html, prelude::*};

use super::{
    browser,
    conversation::{JumpToLatest, Opening},
    draft,
    exchange::Exchange,
};
use crate::ui::{ErrorNotice, escape, icons};

/// From this many characters on, the count is shown.
const COUNT_FROM: usize = MessageBody::MAX_CHARS - 5_000;

/// Stands wherever the built-in demo model would answer.
const DEMO: &str = "Demo model: set OPENAI_API_KEY for a real one";

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
    let chars = RwSignal::new(0);
    let changed = move || {
        let Some(field) = node.get_untracked() else {
            return;
        };
        let text = field.value();
        chars.set(counted(&text));
        draft::keep(exchange.workspace.current.get_untracked(), &text);
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
            chars.set(0);
            browser::grow(&field);
        }
        exchange.send(text, move |text| {
            // Unless something else has been typed by now.
            if let Some(field) = node
                .get_untracked()
                .filter(|field| field.value().is_empty())
            {
                field.set_value(&text);
                changed();
            }
        });
        let _ = field.focus();
    };
    restore_draft(exchange, node, changed);
    view! {
        <div class="composer-place">
            <JumpToLatest exchange/>
            {move || exchange.refusal.get().map(|error| {
                let next = exchange.workspace.current.get().map_or_else(|| "/chat".to_owned(), |id| format!("/chat/{id}"));
                view! { <ErrorNotice error id="composer-error" next/> }
            })}
            <form class="composer" action="/api/fn/chat/send" method="post" on:submit=move |ev| { ev.prevent_default(); send(); }>
                <input type="hidden" name="message_id" value=move || exchange.next_id.get()/>
                <input type="hidden" name="parent_id" value=parent_id.map(|id| id.to_string())/>
                <input type="hidden" name="conversation_id"
                    value=move || exchange.workspace.current.get().map(|id| id.to_string()).unwrap_or_default()/>
                <label class="sr-only" for="composer-body">"Message"</label>
                <textarea id="composer-body" name="body" node_ref=node rows="1" dir="auto" placeholder="Ask anything"
                    autocomplete="off" enterkeyhint="enter" autofocus=focus aria-describedby="composer-error"
                    aria-invalid=move || exchange.refusal.with(|e| e.as_ref().is_some_and(|e| e.field.as_deref() == Some("body"))).then_some("true")
                    on:input=move |_| { exchange.mended(); changed(); }
                    on:keydown=move |ev| if sends(&ev) { ev.prevent_default(); send(); }>
                    {escape(&typed)}
                </textarea>
                <div class="composer-row">
                    <ModelPicker models picked/>
                    <CharCount chars/>
                    <SendOrStop exchange/>
                </div>
            </form>
            <Show when=is_demo><p class="demo-label">{DEMO}</p></Show>
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
            && let Some(kept) = draft::kept(exchange.workspace.current.get_untracked())
        {
            field.set_value(&kept);
        }
        changed();
    });
}

#[component]
fn ModelPicker(models: Vec<ModelView>, picked: RwSignal<Option<ModelId>>) -> impl IntoView {
    let options = models
        .into_iter()
        .map(|model| {
            let selected = picked.get_untracked() == Some(model.id);
            view! { <option value=model.id.to_string() selected=selected>{model.name}</option> }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="model-picker">
            <label class="sr-only" for="composer-model">"Model"</label>
            <select id="composer-model" name="model_id" on:change=move |ev| picked.set(event_target_value(&ev).parse().ok())>
                {options}
            </select>
        </div>
    }
}

#[component]
fn CharCount(chars: RwSignal<usize>) -> impl IntoView {
    let over = move || chars.get() > MessageBody::MAX_CHARS;
    view! {
        <Show when=move || chars.get() != 0>
            <span class="char-count" class:over=over>
                {move || count(chars.get())}
            </span>
        </Show>
    }
}

#[component]
fn SendOrStop(exchange: Exchange) -> impl IntoView {
    let running = move || exchange.running.with(Option::is_some);
    view! {
        <Show
            when=running
            fallback=move || view! {
                <button class="send" aria-label="Send" title="Send" disabled=move || exchange.sending.get()><icons::ArrowUp/></button>
            }
        >
            <button class="send stop" form="stop" aria-label="Stop" title="Stop"
                on:click=move |ev| { ev.prevent_default(); exchange.stop(); }>
                <icons::StopSquare/>
            </button>
        </Show>
    }
}

/// How many characters a text has, once that matters; 0 before.
pub fn counted(text: &str) -> usize {
    // Bytes bound characters from above: most texts need no count.
    if text.len() < COUNT_FROM {
        0
    } else {
        text.chars().count()
    }
}

/// The count in words.
pub fn count(chars: usize) -> String {
    let (chars, most) = (grouped(chars), grouped(MessageBody::MAX_CHARS));
    [&*chars, " of ", &most, " characters"].concat()
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [999, 1_000, 50_010, 1_000_000].map(grouped),
            ["999", "1,000", "50,010", "1,000,000"]
        );
    }
}
