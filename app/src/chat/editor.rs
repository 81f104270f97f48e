//! Edits a message in its place. The form is a copy of one that the server has rendered.

use ::chat::MessageBody;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{
    Element, HtmlButtonElement, HtmlElement, HtmlInputElement, HtmlTemplateElement,
    HtmlTextAreaElement,
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    articles::Articles,
    browser, client, composer,
    exchange::{Exchange, fresh_id},
    log::{focus_on, id_of},
    size,
};
use crate::error::AppError;

fn find<T: JsCast>(within: &Element, selector: &str) -> Option<T> {
    let found = within.query_selector(selector).ok().flatten()?;
    Some(found.unchecked_into())
}

/// Opens the editor for the message that `button` stands below.
pub fn open(exchange: Exchange, button: &HtmlButtonElement) {
    if let Some(other) = exchange.log.find("form.editor") {
        close(&other, false);
    }
    let article = button.closest("article").ok().flatten();
    let template = document().get_element_by_id("editor");
    let (Some(article), Some(template)) = (article, template) else {
        return;
    };
    let content = template.unchecked_into::<HtmlTemplateElement>().content();
    let (Some(said), Some(form)) = (
        find::<Element>(&article, ".text"),
        content
            .first_element_child()
            .and_then(|form| form.clone_node_with_deep(true).ok())
            .map(|form| form.unchecked_into::<Element>()),
    ) else {
        return;
    };
    let _ = said.after_with_node_1(&form);
    let _ = article.set_attribute("data-editing", "");
    for (name, value) in [
        ("[name=edited_id]", id_of(&article)),
        ("[name=message_id]", fresh_id()),
    ] {
        if let Some(field) = find::<HtmlInputElement>(&form, name) {
            field.set_value(&value);
        }
    }
    if let Some(field) = find::<HtmlTextAreaElement>(&form, "textarea") {
        field.set_value(&said.text_content().unwrap_or_default());
        browser::grow(&field);
        let _ = field.focus();
    }
}

/// Puts the message back as it was. With `focus` the keyboard goes back to where it came from.
fn close(form: &Element, focus: bool) {
    let Some(article) = form.closest("article").ok().flatten() else {
        return;
    };
    form.remove();
    let _ = article.remove_attribute("data-editing");
    if let Some(button) = find::<HtmlElement>(&article, "[form=edit]").filter(|_| focus) {
        let _ = button.focus();
    }
}

fn editor_of(ev: &ev::Event) -> Option<Element> {
    let target = ev.target()?.dyn_into::<Element>().ok()?;
    target.closest("form.editor").ok().flatten()
}

/// "Cancel".
pub fn clicked(ev: &ev::MouseEvent) {
    let cancel = ev
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.has_attribute("data-cancel"));
    if let Some(form) = editor_of(ev).filter(|_| cancel) {
        ev.prevent_default();
        close(&form, true);
    }
}

/// Escape cancels, Enter sends as in the composer.
pub fn pressed(ev: &ev::KeyboardEvent) {
    let Some(form) = editor_of(ev) else { return };
    if ev.key() == "Escape" && !ev.is_composing() {
        close(&form, true);
    } else if composer::sends(ev) && find::<Element>(&form, "textarea:focus").is_some() {
        ev.prevent_default();
        if let Some(button) = find::<HtmlElement>(&form, ".btn-primary") {
            button.click();
        }
    }
}

/// The text has changed: the field grows, the count shows, and a refusal has done its work.
pub fn typed(ev: &ev::Event) {
    let Some(form) = editor_of(ev) else { return };
    let (Some(field), Some(count)) = (
        find::<HtmlTextAreaElement>(&form, "textarea"),
        find::<Element>(&form, ".char-count"),
    ) else {
        return;
    };
    browser::grow(&field);
    refuse(&form, None);
    let chars = size::counted(&field.value());
    let _ = count.toggle_attribute_with_force("hidden", chars == 0);
    count.set_text_content(Some(&size::count(chars)));
    let _ = count
        .class_list()
        .toggle_with_force("over", chars > MessageBody::MAX_CHARS);
}

fn refuse(form: &Element, error: Option<&AppError>) {
    if let Some(sentence) = find::<Element>(form, ".field-error") {
        sentence.set_text_content(error.map(|error| error.message.as_str()));
    }
    if let Some(field) = find::<HtmlElement>(form, "textarea") {
        let _ = match error {
            Some(_) => field
                .set_attribute("aria-invalid", "true")
                .and_then(|()| field.focus()),
            None => field.remove_attribute("aria-invalid"),
        };
    }
}

/// "Save & send": what is said takes the place of the message and of all that followed it.
pub fn send(exchange: Exchange, form: Element) {
    let value = |name: &str| find::<HtmlInputElement>(&form, name).map(|field| field.value());
    let (Some(text), Some(edited), Some(message)) = (
        find::<HtmlTextAreaElement>(&form, "textarea").map(|field| field.value()),
        value("[name=edited_id]"),
        value("[name=message_id]"),
    ) else {
        return;
    };
    if exchange.sending.get_untracked() {
        return;
    }
    if let Err(reason) = MessageBody::parse(text.as_str()) {
        return refuse(&form, Some(&AppError::invalid("body", reason)));
    }
    exchange.sending.set(true);
    let before = show_as_sent(&form, &text, true);
    spawn_local(async move {
        let model = exchange.model();
        let fields = [
            ("message_id", &*message),
            ("edited_id", &edited),
            ("model_id", &model),
            ("body", &text),
        ];
        let sent = match client::post("edit", &fields).await {
            Ok(answer) => client::read::<Articles>(&answer),
            Err(error) => Err(error),
        };
        match (sent, exchange.log.article(&edited)) {
            (Ok(articles), Some(article)) => {
                if let Some(shown) = exchange.show_from(&article, &articles) {
                    focus_on(&shown);
                }
            }
            (Ok(_), None) => {}
            (Err(error), _) => {
                show_as_sent(&form, &before, false);
                refuse(&form, Some(&error));
            }
        }
        exchange.sending.set(false);
    });
}

/// What is said shows at once in the message's place, without the form; with `sent` false the form
/// comes back. The text that stood there before.
fn show_as_sent(form: &Element, text: &str, sent: bool) -> String {
    let _ = form.toggle_attribute_with_force("hidden", sent);
    let Some(article) = form.closest("article").ok().flatten() else {
        return String::new();
    };
    let _ = article.toggle_attribute_with_force("data-editing", !sent);
    let Some(said) = find::<Element>(&article, ".text") else {
        return String::new();
    };
    let before = said.text_content().unwrap_or_default();
    said.set_text_content(Some(text));
    before
}
