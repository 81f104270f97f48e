//! What can be done with a message: other versions of it, another answer, more of one. Each is a
//! real form at the foot of the log, and the buttons in the messages belong to it. Here their
//! submission is taken over; what comes back takes the place of what was there.

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlButtonElement, HtmlElement};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    articles::Articles,
    client, editor,
    exchange::{Exchange, fresh_id},
    log::focus_on,
};
use crate::error::AppError;
use crate::language::t;

/// A form in the log is being submitted.
pub fn submitted(exchange: Exchange, ev: &ev::SubmitEvent) {
    let Some(form) = ev.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
        return;
    };
    let button = ev
        .submitter()
        .and_then(|b| b.dyn_into::<HtmlButtonElement>().ok());
    let verb = form.id();
    match (verb.as_str(), button) {
        ("switch" | "retry" | "continue", Some(button)) => {
            ev.prevent_default();
            act(exchange, verb, button);
        }
        ("edit", Some(button)) => {
            ev.prevent_default();
            editor::open(exchange, &button);
        }
        _ if form.class_name() == "editor" => {
            ev.prevent_default();
            editor::send(exchange, form);
        }
        _ => {}
    }
}

fn act(exchange: Exchange, verb: String, button: HtmlButtonElement) {
    let article = button.closest("article").ok().flatten();
    let Some(article) = article.filter(|_| !exchange.sending.get_untracked()) else {
        return;
    };
    exchange.sending.set(true);
    spawn_local(async move {
        match ask(exchange, &verb, &button.value()).await {
            Ok(articles) => {
                let shown = exchange.show_from(&article, &articles);
                after(exchange, &verb, &button, shown);
            }
            Err(error) => exchange.tell(error),
        }
        exchange.sending.set(false);
    });
}

async fn ask(exchange: Exchange, verb: &str, id: &str) -> Result<Articles, AppError> {
    let (fresh, model) = (fresh_id(), exchange.model());
    let answer = match verb {
        "switch" => client::post(verb, &[("message_id", id)]).await?,
        _ => {
            let verb = if verb == "retry" { "regenerate" } else { verb };
            let fields = [
                ("answer_id", &*fresh),
                ("original_id", id),
                ("model_id", &model),
            ];
            client::post(verb, &fields).await?
        }
    };
    client::read(&answer)
}

/// The keyboard goes on where it was: on the switcher, or at the answer that is being written.
fn after(exchange: Exchange, verb: &str, button: &HtmlButtonElement, shown: Option<Element>) {
    let Some(article) = shown else { return };
    if verb != "switch" {
        return focus_on(&article);
    }
    let name = button.get_attribute("aria-label").unwrap_or_default();
    let same = ["[form=switch][aria-label='", &name, "']:not(:disabled)"].concat();
    let find = |selector: &str| article.query_selector(selector).ok().flatten();
    if let Some(button) = find(&same).or_else(|| find("[form=switch]:not(:disabled)")) {
        let _ = button.unchecked_into::<HtmlElement>().focus();
    }
    if let Some(version) = find(".versions .sr-only").and_then(|v| v.text_content()) {
        exchange.said.set(t!(chat.version, version));
    }
}
