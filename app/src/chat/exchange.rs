//! What goes on in the open conversation: sending, the answer that runs, and what went wrong.

use ::chat::{
    ConversationId, GenerationId, MessageBody, MessageId, MessageView, ModelId, StreamStep,
};
use kernel::id::Uuid;
use leptos::web_sys::Element;
use leptos::{prelude::*, task::spawn_local};

use super::{api, browser, draft, follow, scroll::Scroller, workspace::Workspace};
use crate::error::AppError;

/// A message that came after the page was rendered.
#[derive(Clone)]
pub enum Added {
    /// The person's.
    Question {
        id: MessageId,
        text: String,
        pending: RwSignal<bool>,
    },
    /// A model's.
    Answer(MessageView),
}

impl Added {
    /// Which message.
    pub fn id(&self) -> MessageId {
        match self {
            Self::Question { id, .. } => *id,
            Self::Answer(view) => view.id,
        }
    }
}

/// The state of the open conversation.
#[derive(Clone, Copy)]
pub struct Exchange {
    /// The page around it.
    pub workspace: Workspace,
    /// The log's scrolling.
    pub scroller: Scroller,
    /// Since the page was rendered, oldest first.
    pub added: RwSignal<Vec<Added>>,
    /// The run that writes the answer.
    pub running: RwSignal<Option<GenerationId>>,
    /// Sent, and not yet confirmed.
    pub sending: RwSignal<bool>,
    /// Why the last message was not sent.
    pub refusal: RwSignal<Option<AppError>>,
    /// The id of the next message: chosen here, so that sending it twice makes one.
    pub next_id: RwSignal<MessageId>,
}

impl Exchange {
    /// Whether nothing new can be sent right now.
    pub fn is_busy(self) -> bool {
        self.sending.get_untracked() || self.running.with_untracked(Option::is_some)
    }

    /// Sends `text`. It shows in the log at once; when it is refused, it is given back to `refused`.
    pub fn send(self, text: String, model: Option<ModelId>, refused: impl Fn(String) + 'static) {
        if self.is_busy() {
            return;
        }
        if let Err(reason) = MessageBody::parse(text.as_str()) {
            return self.refusal.set(Some(AppError::invalid("body", reason)));
        }
        let id = self.next_id.get_untracked();
        let conversation = self.workspace.current.get_untracked();
        let pending = RwSignal::new(true);
        self.refusal.set(None);
        self.sending.set(true);
        self.added.update(|added| {
            added.push(Added::Question {
                id,
                text: text.clone(),
                pending,
            })
        });
        request_animation_frame(move || self.scroller.to_end());
        spawn_local(async move {
            let ids = (
                id.to_string(),
                conversation.map(|id| id.to_string()),
                model.map(|id| id.to_string()),
            );
            match api::send_message(ids.0, ids.1, None, ids.2, text.clone()).await {
                Ok(sent) => {
                    pending.set(false);
                    draft::keep(conversation, "");
                    self.sent(conversation, sent.conversation_id, sent.answer);
                }
                Err(error) => {
                    self.added.update(|added| added.retain(|a| a.id() != id));
                    self.refusal.set(Some(error));
                    refused(text);
                }
            }
            self.sending.set(false);
        });
    }

    /// What was refused is being mended: the sentence about it has done its work.
    pub fn mended(self) {
        let about_text = |refusal: &Option<AppError>| {
            refusal.as_ref().is_some_and(|error| error.field.is_some())
        };
        if self.refusal.with_untracked(about_text) {
            self.refusal.set(None);
        }
    }

    fn sent(
        self,
        before: Option<ConversationId>,
        conversation: ConversationId,
        answer: MessageView,
    ) {
        self.next_id.set(fresh_id());
        self.running.set(answer.generation);
        self.added.update(|added| added.push(Added::Answer(answer)));
        self.workspace.spoken_in(conversation);
        if before.is_none() {
            browser::show_address(&format!("/chat/{conversation}"));
        }
        self.scroller.follow();
    }

    /// Follows the answer in `article` until it ends.
    pub fn follow(self, article: Element) {
        follow::follow(article, move |step| {
            match step {
                StreamStep::Title { title } => {
                    if let Some(id) = self.workspace.current.get_untracked() {
                        self.workspace.titled(id, title);
                    }
                }
                StreamStep::End { .. } => self.running.set(None),
                StreamStep::Block { .. } | StreamStep::Open { .. } | StreamStep::Model { .. } => {}
            }
            self.scroller.follow();
        });
    }

    /// Ends the run of the answer. The stream tells when it has ended.
    pub fn stop(self) {
        let Some(generation) = self.running.get_untracked() else {
            return;
        };
        spawn_local(async move {
            if let Err(error) = api::stop_generation(generation.to_string()).await {
                self.refusal.set(Some(error));
            }
        });
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the browser chooses the id; nothing here is tested against it"
)]
fn fresh_id() -> MessageId {
    Uuid::new_v4().into()
}
