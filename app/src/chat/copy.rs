//! Copies what stands in the log: code, a message's text, a message's address.

use std::{future::Future, time::Duration};

use js_sys::{Array, Date, Function, Object, Promise, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Clipboard, Element, HtmlAnchorElement};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{browser, client, exchange::Exchange};
use crate::error::AppError;
use crate::language::t;

/// How long a button says that something was copied.
const SAYS_SO: Duration = Duration::from_secs(2);

/// Something in the log was clicked.
pub fn clicked(exchange: Exchange, ev: &ev::MouseEvent) {
    let Some(target) = ev.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
        return;
    };
    let within = |selector| target.closest(selector).ok().flatten();
    if let Some(link) = within("[data-permalink]") {
        ev.prevent_default();
        let address = link.unchecked_ref::<HtmlAnchorElement>().href();
        spawn_local(async move {
            if !copy(&address).await {
                // Where there is no clipboard, the link leads there.
                return browser::go_to(&address);
            }
            say_so(exchange, &link, t!(chat.link_copied));
        });
    } else if let Some(button) = within("[data-copy]") {
        let code = button.closest("figure").ok().flatten();
        let code = code.and_then(|figure| figure.query_selector("pre").ok().flatten());
        let text = code.and_then(|code| code.text_content());
        spawn_local(async move {
            let copied = copy(&text.unwrap_or_default()).await;
            say_so(exchange, &button, outcome(copied));
        });
    } else if let Some(button) = within("[data-source]") {
        let id = button.get_attribute("data-source").unwrap_or_default();
        message(exchange, id, move |copied| {
            say_so(exchange, &button, outcome(copied));
        });
    } else if let Some(time) =
        within(".about").and_then(|about| about.query_selector("time").ok()?)
    {
        in_local_time(&time);
    }
}

/// What a button says for a moment.
fn outcome(copied: bool) -> &'static str {
    if copied {
        t!(chat.copied)
    } else {
        t!(chat.not_copied)
    }
}

/// Copies the message as it was written, and tells whether it could.
pub fn message(exchange: Exchange, id: String, then: impl FnOnce(bool) + 'static) {
    spawn_local(async move { then(copy_later(source(exchange, id)).await) });
}

/// The message as it was written: the page has only what it renders to.
async fn source(exchange: Exchange, id: String) -> Result<String, AppError> {
    let text = client::get("source", &[("message_id", &id)])
        .await
        .and_then(|answer| client::read(&answer));
    if let Err(error) = &text {
        exchange.tell(error.clone());
    }
    text
}

fn say_so(exchange: Exchange, button: &Element, words: &str) {
    exchange.said.set(words.to_owned());
    // A button of words says it by them, one with an icon beside it.
    let has_words = button.has_attribute("data-copy");
    if has_words {
        button.set_text_content(Some(words));
    } else {
        let _ = button.set_attribute("data-copied", words);
    }
    let button = button.clone();
    set_timeout(
        move || {
            if has_words {
                button.set_text_content(Some(t!(chat.copy)));
            } else {
                let _ = button.remove_attribute("data-copied");
            }
            // The same words are said again the next time.
            exchange.said.set(String::new());
        },
        SAYS_SO,
    );
}

/// Without a secure context the browser has no clipboard.
fn clipboard() -> Option<Clipboard> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    (!clipboard.is_undefined()).then(|| clipboard.unchecked_into())
}

/// Whether `text` is in the clipboard now.
async fn copy(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}

/// The same with a text that is still to come. The promise of it is handed over: WebKit lets a page
/// write only what it has when the click is handled.
async fn copy_later(text: impl Future<Output = Result<String, AppError>> + 'static) -> bool {
    let Some(clipboard) = clipboard() else {
        return false;
    };
    let promise = future_to_promise(async move {
        match text.await {
            Ok(text) => Ok(JsValue::from(text)),
            Err(error) => Err(JsValue::from(error.message)),
        }
    });
    if let Some(item) = item(&promise) {
        let written = clipboard.write(&Array::of1(&item));
        return JsFuture::from(written).await.is_ok();
    }
    match JsFuture::from(promise).await {
        Ok(text) => copy(&text.as_string().unwrap_or_default()).await,
        Err(_) => false,
    }
}

/// A `ClipboardItem` of a promised text, in browsers that know it.
fn item(text: &Promise) -> Option<JsValue> {
    let make: Function = Reflect::get(&window(), &"ClipboardItem".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let kinds = Object::new();
    Reflect::set(&kinds, &"text/plain".into(), text).ok()?;
    Reflect::construct(&make, &Array::of1(&kinds)).ok()
}

/// The server knows no time zone but UTC: a time is put into the reader's when it is looked at.
fn in_local_time(time: &Element) {
    let Some(at) = time.get_attribute("datetime") else {
        return;
    };
    let language = document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .unwrap_or_default();
    // Of the page's language the reader's own kind: en-GB, say.
    let own = window().navigator().language();
    let locale = own.filter(|own| own.starts_with(&language));
    let options = Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    let shown = Date::new(&at.into()).to_locale_string(&locale.unwrap_or(language), &options);
    time.set_text_content(Some(&String::from(shown)));
}
