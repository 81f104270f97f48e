//! The search for conversations and commands: a combobox in a dialog (ARIA Authoring Practices Guide,
//! "Combobox", with a list box). The server renders the dialog; here it comes to life.

use std::{cell::Cell, time::Duration};

use ::chat::{ConversationList, ConversationSummary};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{
    Element, HtmlDialogElement, HtmlElement, HtmlInputElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{client, workspace::Workspace};
use crate::error::AppError;
use crate::language::{self, t};

/// Whoever types faster than this is not done yet.
const PAUSE: Duration = Duration::from_millis(120);
/// Of the newest conversations, before anything is typed.
const NEWEST: usize = 8;

thread_local! {
    /// Counts what was typed: only the last of it is looked for.
    static TYPED: Cell<u32> = const { Cell::new(0) };
}

/// Opens the dialog, or closes it.
pub fn toggle(workspace: Workspace) {
    let (Some(dialog), Some(field)) = (dialog(), field()) else {
        return;
    };
    if dialog.open() {
        return dialog.close();
    }
    let _ = dialog.show_modal();
    field.set_value("");
    let _ = field.focus();
    typed(workspace);
}

/// Closes the dialog.
pub fn close() {
    if let Some(dialog) = dialog().filter(HtmlDialogElement::open) {
        dialog.close();
    }
}

/// Something else stands in the field.
pub fn typed(workspace: Workspace) {
    let Some(field) = field() else { return };
    let me = TYPED.get() + 1;
    TYPED.set(me);
    let text = field.value().trim().to_owned();
    offer_commands(&text);
    if text.is_empty() {
        return workspace
            .conversations
            .with_untracked(|list| show(&list[..list.len().min(NEWEST)], ""));
    }
    set_timeout(
        move || {
            if TYPED.get() == me {
                spawn_local(search(me, text));
            }
        },
        PAUSE,
    );
}

async fn search(me: u32, text: String) {
    let found = client::get("search", &[("text", &text)])
        .await
        .and_then(|answer| client::read::<ConversationList>(&answer));
    if TYPED.get() != me {
        return;
    }
    match found {
        Ok(found) => show(&found.items, &text),
        Err(error) => refuse(&error),
    }
}

/// A key, while the dialog is open. Whether it was for the dialog.
pub fn pressed(ev: &ev::KeyboardEvent) -> bool {
    if !dialog().is_some_and(|dialog| dialog.open()) {
        return false;
    }
    let in_field = document()
        .active_element()
        .is_some_and(|element| element.id() == "palette-text");
    let options = options();
    let at = options.iter().position(is_selected);
    let (first, last) = (0, options.len().saturating_sub(1));
    match (ev.key().as_str(), at) {
        ("ArrowDown", Some(at)) if at < last => select(&options, at + 1),
        ("ArrowDown", _) => select(&options, first),
        ("ArrowUp", Some(at)) if at > 0 => select(&options, at - 1),
        ("ArrowUp", _) => select(&options, last),
        ("Enter", Some(at)) if in_field => options[at].unchecked_ref::<HtmlElement>().click(),
        _ => return false,
    }
    ev.prevent_default();
    true
}

fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn dialog() -> Option<HtmlDialogElement> {
    by_id("palette").map(JsCast::unchecked_into)
}

fn field() -> Option<HtmlInputElement> {
    by_id("palette-text").map(JsCast::unchecked_into)
}

/// The options that are shown, from above.
fn options() -> Vec<Element> {
    ["palette-chats", "palette-commands"]
        .into_iter()
        .filter_map(by_id)
        .flat_map(|group| {
            let children = group.children();
            (0..children.length()).filter_map(move |at| children.item(at))
        })
        .filter(|option| !option.has_attribute("hidden"))
        .collect()
}

fn is_selected(option: &Element) -> bool {
    option.get_attribute("aria-selected").as_deref() == Some("true")
}

/// The keyboard stays in the field; `aria-activedescendant` says which option it is on.
fn select(options: &[Element], at: usize) {
    for (place, option) in options.iter().enumerate() {
        let _ = option.set_attribute("aria-selected", if place == at { "true" } else { "false" });
    }
    let (Some(field), Some(option)) = (field(), options.get(at)) else {
        return;
    };
    let _ = field.set_attribute("aria-activedescendant", &option.id());
    let nearest = ScrollIntoViewOptions::new();
    nearest.set_block(ScrollLogicalPosition::Nearest);
    option.scroll_into_view_with_scroll_into_view_options(&nearest);
}

/// The commands whose name contains what is typed.
fn offer_commands(text: &str) {
    let Some(commands) = by_id("palette-commands") else {
        return;
    };
    let (children, text) = (commands.children(), text.to_ascii_lowercase());
    for command in (0..children.length()).filter_map(|at| children.item(at)) {
        let name = command.get_attribute("aria-label").unwrap_or_default();
        let offered = name.to_ascii_lowercase().contains(&text);
        let _ = command.toggle_attribute_with_force("hidden", !offered);
    }
    first();
}

/// Shows conversations, and says how many there are.
fn show(found: &[ConversationSummary], text: &str) {
    let Some(place) = by_id("palette-chats") else {
        return;
    };
    place.set_inner_html("");
    for conversation in found {
        if let Some(option) = option(conversation) {
            let _ = place.append_child(&option);
        }
    }
    let none = match (found.is_empty(), text) {
        (false, _) => String::new(),
        (true, "") => t!(chat.none_yet).to_owned(),
        (true, text) => t!(chat.no_title_contains, text = text.to_owned()),
    };
    say(&none);
    if let Some(count) = by_id("palette-count") {
        count.set_text_content(Some(&language::chats(found.len())));
    }
    first();
}

fn refuse(error: &AppError) {
    if let Some(place) = by_id("palette-chats") {
        place.set_inner_html("");
    }
    say(&error.message);
    first();
}

fn say(sentence: &str) {
    if let Some(status) = by_id("palette-status") {
        status.set_text_content(Some(sentence));
    }
}

/// Enter takes the first one.
fn first() {
    let options = options();
    select(&options, 0);
    if options.is_empty()
        && let Some(field) = field()
    {
        let _ = field.remove_attribute("aria-activedescendant");
    }
}

fn option(conversation: &ConversationSummary) -> Option<Element> {
    let id = conversation.id.to_string();
    let option = document().create_element("a").ok()?;
    for (name, value) in [
        ("role", "option"),
        ("id", &*["hit-", &id].concat()),
        ("href", &["/chat/", &id].concat()),
        ("tabindex", "-1"),
        ("dir", "auto"),
        ("class", "menu-item"),
    ] {
        let _ = option.set_attribute(name, value);
    }
    option.set_text_content(Some(
        conversation.title.as_deref().unwrap_or(t!(common.new_chat)),
    ));
    Some(option)
}
