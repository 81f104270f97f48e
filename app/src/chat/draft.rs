//! What is typed and not sent yet is kept for the tab, per conversation: it survives a reload,
//! an expired session and a lost network.

use ::chat::ConversationId;
use leptos::prelude::window;
use leptos::web_sys::Storage;

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn key(conversation: Option<ConversationId>) -> String {
    conversation.map_or_else(|| "draft".to_owned(), |id| format!("draft {id}"))
}

/// Keeps a draft; an empty one is forgotten.
pub fn keep(conversation: Option<ConversationId>, text: &str) {
    let Some(storage) = storage() else { return };
    // A full or forbidden storage loses the draft's copy, not the draft.
    let _ = if text.is_empty() {
        storage.remove_item(&key(conversation))
    } else {
        storage.set_item(&key(conversation), text)
    };
}

/// The draft that was kept.
pub fn kept(conversation: Option<ConversationId>) -> Option<String> {
    storage()?.get_item(&key(conversation)).ok().flatten()
}
