//! What is typed and what was sent, until it is known to have arrived: nothing of it is lost, and
//! nothing is said twice.

use std::cell::RefCell;

use leptos::prelude::*;

use super::{
    connection,
    draft::{self, Draft},
    exchange::{Exchange, fresh_id},
};

/// A message of which nobody knows whether it has arrived.
#[derive(Debug, Clone)]
struct Attempt {
    /// Its id: the same text is sent as the same message.
    id: String,
    /// What it says.
    text: String,
}

thread_local! {
    /// What was sent last and has not arrived, as far as is known. A page has one composer.
    static ATTEMPT: RefCell<Option<Attempt>> = const { RefCell::new(None) };
}

/// The id that this text was sent as.
fn sent_as(text: &str) -> Option<String> {
    ATTEMPT.with_borrow(|attempt| {
        let same = attempt.as_ref().filter(|attempt| attempt.text == text);
        same.map(|attempt| attempt.id.clone())
    })
}

/// What was sent last has arrived.
pub fn arrived() {
    ATTEMPT.set(None);
}

impl Exchange {
    /// Begins to send `text`; returns the id of the message that says it. Another text is another
    /// message, even if what was sent before it may have arrived: it then becomes another version of
    /// that.
    pub(super) fn attempt(self, text: &str) -> String {
        let id = sent_as(text).unwrap_or_else(|| {
            let id = self.next_id.get_untracked();
            self.next_id.set(fresh_id());
            id
        });
        ATTEMPT.set(Some(Attempt {
            id: id.clone(),
            text: text.to_owned(),
        }));
        id
    }

    /// Keeps what is typed as the draft of the open conversation.
    pub fn keep_draft(self, text: &str) {
        let sent_as = sent_as(text);
        connection::wait(sent_as.is_some());
        let draft = Draft {
            text: text.to_owned(),
            sent_as,
        };
        draft::keep(self.workspace.current.get_untracked(), &draft);
    }

    /// The draft of the open conversation. One that has arrived after all is forgotten.
    pub fn kept_draft(self) -> Option<String> {
        let draft = draft::kept(self.workspace.current.get_untracked())?;
        let text = draft.text;
        if let Some(id) = draft.sent_as {
            if self.log.article(&id).is_some() {
                self.keep_draft("");
                return None;
            }
            let text = text.clone();
            ATTEMPT.set(Some(Attempt { id, text }));
        }
        Some(text)
    }
}
