//! Messages on their way to the page: as HTML that the server has rendered, so that there is one
//! way to show a message and none of it in the bundle. Other clients get the data.

use serde::{Deserialize, Serialize};

/// What the page's own requests accept. JSON like any other, with the messages as articles.
pub const AS_ARTICLES: &str = "application/json;messages=articles";

/// A window of messages as they stand in the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Articles {
    /// The conversation that they are of.
    pub conversation_id: String,
    /// An `<article>` for each, oldest first.
    pub html: String,
    /// The first of them, when there are earlier ones: continue before it.
    pub earlier: Option<String>,
    /// The last of them, when there are later ones: continue after it.
    pub later: Option<String>,
}

/// What a server function answers: the data, or the messages in it as articles.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Shown<T> {
    /// As articles.
    Articles(Articles),
    /// As they are.
    Data(T),
}

#[cfg(feature = "ssr")]
mod rendering {
    use ::chat::{BranchView, ConversationView, MessageView, Retried, Sent};
    use axum::http::{header, request::Parts};
    use leptos::prelude::*;

    use super::{AS_ARTICLES, Articles, Shown};
    use crate::chat::message::{Place, article};

    impl<T> Shown<T>
    where
        T: Into<Articles>,
    {
        /// As whoever asks wants it.
        pub fn of(made: T) -> Self {
            let accepts = use_context::<Parts>()
                .and_then(|parts| parts.headers.get(header::ACCEPT).cloned())
                .is_some_and(|accept| accept == AS_ARTICLES);
            match accepts {
                true => Self::Articles(made.into()),
                false => Self::Data(made),
            }
        }
    }

    impl From<Sent> for Articles {
        fn from(sent: Sent) -> Self {
            Self::new(
                sent.conversation_id.to_string(),
                vec![sent.message, sent.answer],
            )
        }
    }

    impl From<Retried> for Articles {
        fn from(made: Retried) -> Self {
            Self::new(made.conversation_id.to_string(), vec![made.answer])
        }
    }

    impl From<BranchView> for Articles {
        fn from(branch: BranchView) -> Self {
            let later = branch.later.map(|id| id.to_string());
            Self {
                later,
                ..Self::new(branch.conversation_id.to_string(), branch.messages)
            }
        }
    }

    impl From<ConversationView> for Articles {
        fn from(view: ConversationView) -> Self {
            Self {
                earlier: view.messages.next.map(|id| id.to_string()),
                later: view.later.map(|id| id.to_string()),
                ..Self::new(view.id.to_string(), view.messages.items)
            }
        }
    }

    impl Articles {
        fn new(conversation_id: String, messages: Vec<MessageView>) -> Self {
            let mut html = String::new();
            for view in messages {
                article(&mut html, view, Place::Log);
            }
            Self {
                conversation_id,
                html,
                earlier: None,
                later: None,
            }
        }
    }
}
