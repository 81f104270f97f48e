//! What the pages show.

use kernel::Page;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{ConversationId, GenerationId, ListCursor, MessageId, ModelId};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// How an answer stands. A person's message is always complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// All there.
    Complete,
    /// Being written.
    Streaming,
    /// Ended by the person.
    Stopped,
    /// Ended by a failure: see [`Failure`].
    Failed,
    /// The process that wrote it went away.
    Interrupted,
}

/// Why an answer failed, in the terms of the person who waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// No connection to the provider.
    Unreachable,
    /// The provider refused our key: the operator must mend it.
    Unauthorized,
    /// The provider does not know the model.
    UnknownModel,
    /// The provider asks for fewer requests.
    RateLimited,
    /// The provider failed (a 5xx status).
    ProviderError,
    /// The provider refused this request (another 4xx status).
    Rejected,
    /// The stream ended before the answer did.
    Cut,
    /// Nothing arrived for too long.
    Stalled,
    /// The provider sent what cannot be understood.
    Malformed,
    /// The provider sent an answer without text.
    Empty,
    /// The answer grew beyond what is stored.
    TooLong,
    /// A fault of our own.
    Internal,
}

impl Failure {
    /// One sentence for the reader.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Unreachable => {
                "The model's provider could not be reached. Try again in a moment."
            }
            Self::Unauthorized => {
                "The model's provider refused our access. The site's operator has to mend this; another model may work."
            }
            Self::UnknownModel => {
                "The provider does not offer this model any more. Choose another one."
            }
            Self::RateLimited => {
                "The model's provider is getting too many requests. Try again in a minute, or choose another model."
            }
            Self::ProviderError => {
                "The model's provider had a failure. Try again in a moment, or choose another model."
            }
            Self::Rejected => {
                "The model's provider refused this request. Rephrase it or choose another model."
            }
            Self::Cut => {
                "The connection to the model broke before the answer was complete. What had arrived is kept: continue, or try again."
            }
            Self::Stalled => {
                "The model fell silent for too long. What had arrived is kept: continue, or try again."
            }
            Self::Malformed => {
                "The model's provider sent something that could not be understood. What had arrived is kept. Try again, or choose another model."
            }
            Self::Empty => "The model gave an empty answer. Try again or rephrase.",
            Self::TooLong => {
                "The answer became too long and was ended. What had arrived is kept: ask for the rest in parts."
            }
            Self::Internal => {
                "Something went wrong on our side. What had arrived is kept. Try again in a moment."
            }
        }
    }
}

/// Where a message stands among the children of the same parent, by the time they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Siblings {
    /// Counted from 1.
    pub position: u32,
    /// At least 2.
    pub count: u32,
    /// The one before.
    pub previous: Option<MessageId>,
    /// The one after.
    pub next: Option<MessageId>,
}

/// One message as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// Which.
    pub id: MessageId,
    /// Who speaks.
    pub speaker: Speaker,
    /// How it stands.
    pub status: MessageStatus,
    /// Sanitised HTML of an answer, a `<div class="block">` for each block; empty for a person's
    /// message, which is shown as plain text.
    pub html: String,
    /// A person's message as typed; empty for an answer.
    pub text: String,
    /// The run that writes or wrote an answer.
    pub generation: Option<GenerationId>,
    /// For an answer being written: how many bytes of its text `html` stands for. Following the
    /// run from there continues where `html` ends.
    pub position: usize,
    /// Why it failed, when it did.
    pub failure: Option<Failure>,
    /// Others in its place; `None` when it is the only one.
    pub siblings: Option<Siblings>,
    /// The model that answers.
    pub model_name: Option<String>,
    /// When it was sent or begun.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// Which part of a conversation to open. Each costs the same however long the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The end of the branch that is shown.
    End,
    /// What comes before a message.
    Before(MessageId),
    /// What comes after a message, on the branch last shown there.
    After(MessageId),
    /// A message and what is around it.
    Around(MessageId),
}

/// An open conversation: a window of one branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationView {
    /// Which.
    pub id: ConversationId,
    /// Its title, once it has one.
    pub title: Option<String>,
    /// The model of the next answer.
    pub model_id: ModelId,
    /// Oldest first; `next` continues towards the beginning.
    pub messages: Page<MessageView, MessageId>,
    /// The last message of the window, when there are later ones: continue after it.
    pub later: Option<MessageId>,
}

/// A branch from one of its messages on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchView {
    /// Where.
    pub conversation_id: ConversationId,
    /// Oldest first, beginning with the message asked for.
    pub messages: Vec<MessageView>,
    /// The last message of the window, when there are later ones: continue after it.
    pub later: Option<MessageId>,
}

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// Which.
    pub id: ConversationId,
    /// Its title, once it has one.
    pub title: Option<String>,
    /// When something was last said in it, in microseconds since 1970. A number: the browser's
    /// bundle would carry the code to read a date.
    pub active_at_us: i64,
}

/// A page of the list, newest first.
pub type ConversationList = Page<ConversationSummary, ListCursor>;

/// A model in the picker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelView {
    /// Which.
    pub id: ModelId,
    /// Its name.
    pub name: String,
    /// The built-in demo model.
    pub is_demo: bool,
    /// Taken when nothing else is chosen.
    pub is_default: bool,
    /// How much it reads at once, in tokens: prompt and answer together.
    pub context_window: i32,
}

/// What sending a message made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Where; new when the message began it.
    pub conversation_id: ConversationId,
    /// The person's message.
    pub message: MessageView,
    /// The answer, being written.
    pub answer: MessageView,
}

/// What asking for another answer, or for more of one, made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    /// Where.
    pub conversation_id: ConversationId,
    /// The new answer, being written.
    pub answer: MessageView,
}

/// A step of following an answer. Steps are idempotent: the same step twice changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum StreamStep {
    /// Block `index` is finished and will not change.
    Block {
        /// Counted from 0.
        index: usize,
        /// Sanitised HTML.
        html: String,
    },
    /// Block `index` as far as it has arrived; replaces what was shown of it.
    Open {
        /// Counted from 0.
        index: usize,
        /// Sanitised HTML.
        html: String,
    },
    /// The conversation has got a title.
    Title {
        /// The title.
        title: String,
    },
    /// Another model answers than the one first asked: that one could not answer.
    Model {
        /// Its name.
        name: String,
    },
    /// Nothing more comes.
    End {
        /// How the answer stands now.
        status: MessageStatus,
        /// Why it failed, when it did.
        failure: Option<Failure>,
        /// How many blocks the answer has: any beyond were never stored.
        blocks: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_explained_with_what_to_do_now() {
        use Failure::*;
        let all = [
            Unreachable,
            Unauthorized,
            UnknownModel,
            RateLimited,
            ProviderError,
            Rejected,
            Cut,
            Stalled,
            Malformed,
            Empty,
            TooLong,
            Internal,
        ];
        let ways = [
            "ry again",
            "hoose another",
            "another model may work",
            "ephrase",
            "ask for",
        ];
        for failure in all {
            let words = failure.explain();
            assert!(words.ends_with('.'), "{words}");
            assert!(ways.iter().any(|way| words.contains(way)), "{words}");
            let same = all.iter().filter(|other| other.explain() == words);
            assert_eq!(same.count(), 1, "{words}");
        }
    }
}
