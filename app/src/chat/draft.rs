//! What is typed and not sent yet is kept in the browser, by person and conversation, until the
//! server has confirmed it: it survives a reload, a crash, an expired session and a lost network.
//! Signing out forgets it.

use ::chat::ConversationId;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, Storage};

use super::browser;

/// Every draft's key begins with this.
const PREFIX: &str = "draft/";

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was typed.
    pub text: String,
    /// The message that it was sent as, when nobody knows whether that arrived. Sending it as the
    /// same message again makes one.
    pub sent_as: Option<String>,
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn key(conversation: Option<ConversationId>) -> String {
    let conversation = conversation.map(|id| id.to_string());
    [
        PREFIX,
        &browser::user(),
        "/",
        conversation.as_deref().unwrap_or("new"),
    ]
    .concat()
}

/// Keeps a draft; an empty one is forgotten.
pub fn keep(conversation: Option<ConversationId>, draft: &Draft) {
    let Some(storage) = storage() else { return };
    let key = key(conversation);
    // A full or forbidden storage loses the draft's copy, not the draft.
    let _ = if draft.text.is_empty() {
        storage.remove_item(&key)
    } else {
        storage.set_item(&key, &draft.write())
    };
}

/// The draft that was kept.
pub fn kept(conversation: Option<ConversationId>) -> Option<Draft> {
    let kept = storage()?.get_item(&key(conversation)).ok()??;
    Some(Draft::read(&kept))
}

/// From here on, signing out on this page forgets all drafts: the next person at this browser may
/// be another one.
pub fn forget_at_sign_out() {
    let heard = |ev: Event| {
        let form = ev.target().and_then(|form| form.dyn_into::<Element>().ok());
        let action = form.and_then(|form| form.get_attribute("action"));
        if action.is_some_and(|action| action.ends_with("/auth/sign_out")) {
            forget_all();
        }
    };
    browser::listen("submit", Box::new(heard));
}

fn forget_all() {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or(0);
    let keys: Vec<String> = (0..count)
        .filter_map(|at| storage.key(at).ok().flatten())
        .filter(|key| key.starts_with(PREFIX))
        .collect();
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}

impl Draft {
    /// The message's id in the first line, then the text.
    fn write(&self) -> String {
        [
            self.sent_as.as_deref().unwrap_or_default(),
            "\n",
            &self.text,
        ]
        .concat()
    }

    fn read(kept: &str) -> Self {
        let (id, text) = kept.split_once('\n').unwrap_or(("", kept));
        Self {
            text: text.to_owned(),
            sent_as: (!id.is_empty()).then(|| id.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Draft;

    #[test]
    fn a_draft_reads_back() {
        for text in ["one line", "two\nlines", "\n"] {
            for sent_as in [None, Some("01920000".to_owned())] {
                let draft = Draft {
                    text: text.to_owned(),
                    sent_as,
                };
                assert_eq!(Draft::read(&draft.write()), draft);
            }
        }
    }
}
