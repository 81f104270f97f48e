//! What goes on in the open conversation: sending, the answer that runs, and what went wrong.

use std::cell::Cell;

use ::chat::{ConversationId, MessageBody, ModelId, StreamStep};
use kernel::id::Uuid;
use leptos::web_sys::Element;
use leptos::{prelude::*, task::spawn_local};

use super::{
    announce::Announcer,
    articles::Articles,
    attempt, browser, client, connection, follow,
    log::{Log, Way},
    scroll::Scroller,
    standing::standing,
    step,
    toast::Toast,
    windows,
    workspace::Workspace,
};
use crate::error::AppError;

/// The state of the open conversation.
#[derive(Clone, Copy)]
pub struct Exchange {
    /// The page around it.
    pub workspace: Workspace,
    /// The log's scrolling.
    pub scroller: Scroller,
    /// The messages.
    pub log: Log,
    /// Nothing has been said yet.
    pub empty: RwSignal<bool>,
    /// The run that writes the answer.
    pub running: RwSignal<Option<String>>,
    /// Sent, and not yet confirmed.
    pub sending: RwSignal<bool>,
    /// More messages are being fetched.
    pub loading: RwSignal<bool>,
    /// They could not be fetched.
    pub stuck: RwSignal<bool>,
    /// Why the last message was not sent, when it was for the message's sake.
    pub refusal: RwSignal<Option<AppError>>,
    /// The id of the next message: chosen here, so that sending it twice makes one.
    pub next_id: RwSignal<String>,
    /// The model of the next answer.
    pub picked: RwSignal<Option<ModelId>>,
    /// Told to whoever listens to the page.
    pub said: RwSignal<String>,
    /// Reads answers out.
    pub announcer: Announcer,
}

impl Exchange {
    /// Whether nothing new can be sent right now.
    pub fn is_busy(self) -> bool {
        self.sending.get_untracked()
            || self.running.with_untracked(Option::is_some)
            || connection::is_held()
    }

    /// The chosen model, as a form sends it.
    pub fn model(self) -> String {
        text(self.picked.get_untracked())
    }

    /// Sends `text`. It shows in the log at once; when it has not arrived, `done` gets it back.
    pub fn send(self, text: String, done: impl Fn(Result<(), String>) + 'static) {
        if self.is_busy() {
            return;
        }
        if let Err(reason) = MessageBody::parse(text.as_str()) {
            return self.refusal.set(Some(AppError::invalid("body", reason)));
        }
        self.refusal.set(None);
        self.sending.set(true);
        spawn_local(async move {
            match self.deliver(&text).await {
                Ok(()) => {
                    connection::works();
                    done(Ok(()));
                }
                Err(error) => {
                    done(Err(text));
                    let refusal = connection::fails(error).await;
                    self.refusal.set(refusal);
                }
            }
            self.sending.set(false);
        });
    }

    async fn deliver(self, body: &str) -> Result<(), AppError> {
        let id = self.attempt(body);
        // If nothing is heard of it any more, the next page asks for the same message.
        self.keep_draft(body);
        let pending = self.log.pend(body);
        self.empty.set(false);
        request_animation_frame(move || self.scroller.to_end());
        let conversation = self.workspace.current.get_untracked();
        let sent = self.post(&id, conversation, body).await;
        self.log.settle(pending, sent.is_ok());
        match sent {
            Ok(articles) => {
                attempt::arrived();
                self.keep_draft("");
                self.sent(&articles);
                Ok(())
            }
            Err(error) => {
                self.empty.set(self.log.last().is_none());
                Err(error)
            }
        }
    }

    async fn post(
        self,
        id: &str,
        conversation: Option<ConversationId>,
        body: &str,
    ) -> Result<Articles, AppError> {
        // What is said from the middle of a conversation is said at its end.
        windows::show_end(self).await?;
        let (parent, model) = (self.log.last().unwrap_or_default(), self.model());
        let fields = [
            ("message_id", id),
            ("conversation_id", &text(conversation)),
            ("parent_id", &parent),
            ("model_id", &model),
            ("body", body),
        ];
        let answer = client::post("send", &fields).await?;
        client::read(&answer)
    }

    fn sent(self, articles: &Articles) {
        self.log.insert(Way::Later, &articles.html);
        self.log.trim(Way::Later);
        self.log.leave_room();
        let was_new = self.workspace.current.get_untracked().is_none();
        if let Ok(id) = articles.conversation_id.parse() {
            self.workspace.spoken_in(id);
        }
        if was_new {
            browser::show_address(&["/chat/", &articles.conversation_id].concat());
        }
        self.arrived();
        self.scroller.follow();
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

    /// Tells what went wrong at the top of the page.
    pub fn tell(self, error: AppError) {
        self.workspace.tell(Toast {
            text: error.message,
            undo: None,
        });
    }

    /// Shows `articles` from `article` on, without moving it. The first of them, if there is one.
    pub fn show_from(self, article: &Element, articles: &Articles) -> Option<Element> {
        let mut first = None;
        self.log.steady(Some(article), || {
            let before = article.previous_element_sibling();
            self.log.replace_from(article, articles);
            first = before.and_then(|before| before.next_element_sibling());
            first.clone()
        });
        self.arrived();
        self.scroller.follow();
        first.filter(|element| element.tag_name() == "ARTICLE")
    }

    /// Articles have come into the log: answers that are being written are followed.
    pub fn arrived(self) {
        self.scroller
            .more_below(self.log.more(Way::Later).is_some());
        let Some(article) = self
            .log
            .find("article[data-status=streaming]:not([data-followed])")
        else {
            return;
        };
        let _ = article.set_attribute("data-followed", "");
        let generation = article.get_attribute("data-generation");
        self.running.set(generation.clone());
        // The last block of those that are there may still grow.
        let heard = Cell::new(step::blocks(&article).saturating_sub(1));
        follow::follow(article.clone(), move |steps| {
            for step in steps {
                self.shown(step, &article, &heard, generation.as_ref());
            }
            self.scroller.follow();
        });
    }

    /// A step of an answer has been shown. `heard` blocks of it have been read out.
    fn shown(
        self,
        step: &StreamStep,
        article: &Element,
        heard: &Cell<usize>,
        generation: Option<&String>,
    ) {
        match step {
            StreamStep::Block { index, .. } if *index >= heard.get() => {
                heard.set(index + 1);
                if let Some(block) = step::block_at(article, *index) {
                    self.announcer.block(&block);
                }
            }
            StreamStep::Title { title } => {
                if let Some(id) = self.workspace.current.get_untracked() {
                    self.workspace.titled(id, title);
                }
            }
            StreamStep::End {
                status, failure, ..
            } => {
                let sentence = standing(*status, *failure);
                if !sentence.is_empty() {
                    self.said.set(sentence.to_owned());
                }
                let is_it = |running: &Option<String>| running.as_ref() == generation;
                if self.running.with_untracked(is_it) {
                    let pressed = browser::has_focus(".stop");
                    self.running.set(None);
                    // The button is gone, and the keyboard must not be left nowhere.
                    if pressed && !browser::types_by_touch() {
                        browser::focus("composer-body");
                    }
                }
            }
            _ => {}
        }
    }

    /// Ends the run of the answer. The stream tells when it has ended.
    pub fn stop(self) {
        let Some(generation) = self.running.get_untracked() else {
            return;
        };
        spawn_local(async move {
            if let Err(error) = client::post("stop", &[("generation_id", &generation)]).await {
                let refusal = connection::fails(error).await;
                self.refusal.set(refusal);
            }
        });
    }
}

/// An id as a form sends it: nothing for none.
fn text(id: Option<impl std::fmt::Display>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// An id for what is about to be made.
#[expect(
    clippy::disallowed_methods,
    reason = "the browser chooses the id; nothing here is tested against it"
)]
pub fn fresh_id() -> String {
    Uuid::new_v4().to_string()
}
