//! Follows an answer that is being written, by Server-Sent Events.
//!
//! The server sends finished blocks once and the open one again as it grows; each event's id is
//! the position to come back to. The browser reconnects by itself after a lost connection; after
//! an answer that is no stream (the server is restarting behind a proxy, say) this does.

use std::{cell::RefCell, rc::Rc, time::Duration};

use ::chat::StreamStep;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys::{Element, EventSource, MessageEvent};

use super::message::{standing, status_name};

/// Between tries to connect again.
const RETRY: Duration = Duration::from_secs(2);
/// Tries in a row before giving up.
const TRIES: u32 = 60;

type OnMessage = Closure<dyn FnMut(MessageEvent)>;
type OnError = Closure<dyn FnMut()>;

/// One answer being followed.
struct Following<F> {
    article: Element,
    generation: String,
    /// Bytes of the answer's text that the page shows.
    position: RefCell<String>,
    tries: RefCell<u32>,
    on_step: F,
    source: RefCell<Option<(EventSource, OnMessage, OnError)>>,
}

/// Follows the answer in `article` to its end. `on_step` is called after each step is shown.
pub fn follow(article: Element, on_step: impl Fn(&StreamStep) + 'static) {
    let attribute = |name| article.get_attribute(name).unwrap_or_default();
    let following = Rc::new(Following {
        generation: attribute("data-generation"),
        position: RefCell::new(attribute("data-position")),
        tries: RefCell::new(0),
        article,
        on_step,
        source: RefCell::new(None),
    });
    if let Some(prose) = prose(&following.article).filter(|prose| prose.child_element_count() == 0)
    {
        // What the browser's renderer left as a mark of its own.
        prose.set_inner_html("");
    }
    connect(following);
}

fn connect<F: Fn(&StreamStep) + 'static>(following: Rc<Following<F>>) {
    let url = format!(
        "/chat/generations/{}/events?from={}",
        following.generation,
        following.position.borrow()
    );
    let Ok(source) = EventSource::new(&url) else {
        return;
    };
    let on_message: OnMessage = Closure::new({
        let following = following.clone();
        move |event: MessageEvent| receive(&following, &event)
    });
    let on_error: OnError = Closure::new({
        let following = following.clone();
        move || lost(&following)
    });
    let _ = source.add_event_listener_with_callback("step", on_message.as_ref().unchecked_ref());
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    following
        .source
        .replace(Some((source, on_message, on_error)));
}

fn receive<F: Fn(&StreamStep) + 'static>(following: &Rc<Following<F>>, event: &MessageEvent) {
    following.position.replace(event.last_event_id());
    following.tries.replace(0);
    // An unknown step comes from a newer server: a reload will show what it means.
    let Some(step) = event
        .data()
        .as_string()
        .and_then(|data| leptos::serde_json::from_str::<StreamStep>(&data).ok())
    else {
        return;
    };
    show(&following.article, &step);
    if matches!(step, StreamStep::End { .. }) {
        close(following);
    }
    (following.on_step)(&step);
}

/// The closures of the source are dropped later: one of them is running.
fn close<F: 'static>(following: &Rc<Following<F>>) {
    if let Some(parts) = following.source.take() {
        parts.0.close();
        set_timeout(move || drop(parts), Duration::ZERO);
    }
}

fn lost<F: Fn(&StreamStep) + 'static>(following: &Rc<Following<F>>) {
    let closed = following
        .source
        .borrow()
        .as_ref()
        .is_some_and(|(source, ..)| source.ready_state() == EventSource::CLOSED);
    if !closed {
        return;
    }
    close(following);
    let tries = following.tries.replace_with(|tries| *tries + 1);
    if tries < TRIES {
        let following = following.clone();
        set_timeout(move || connect(following), RETRY);
    } else {
        say(
            &following.article,
            "The connection to this answer was lost. Reload the page to see how it went on.",
        );
    }
}

/// Applies a step to the page. The same step twice changes nothing.
fn show(article: &Element, step: &StreamStep) {
    match step {
        StreamStep::Block { index, html } | StreamStep::Open { index, html } => {
            if let Some(block) = block(article, *index) {
                block.set_inner_html(html);
            }
        }
        StreamStep::Title { .. } | StreamStep::Model { .. } => {}
        StreamStep::End {
            status,
            failure,
            blocks,
        } => {
            // What was shown beyond was never stored.
            while let Some(extra) = prose(article).and_then(|p| p.children().item(*blocks as u32)) {
                extra.remove();
            }
            let _ = article.set_attribute("data-status", status_name(*status));
            say(article, standing(*status, *failure));
        }
    }
}

fn say(article: &Element, sentence: &str) {
    if let Ok(Some(status)) = article.query_selector(".status") {
        status.set_text_content(Some(sentence));
    }
}

fn prose(article: &Element) -> Option<Element> {
    article.query_selector(".prose").ok().flatten()
}

/// The element of block `index`, made if it is not there yet.
fn block(article: &Element, index: usize) -> Option<Element> {
    let prose = prose(article)?;
    while (prose.child_element_count() as usize) <= index {
        let block = document().create_element("div").ok()?;
        block.set_class_name("block");
        prose.append_child(&block).ok()?;
    }
    prose.children().item(index as u32)
}
