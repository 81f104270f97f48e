//! An answer being written by this process: its text, what it renders to, and how it ended.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    Run,
    follow::{Ended, Position, Progress},
};
use crate::{ConversationId, MessageId, StreamStep, Title, markdown::Rendering};

/// Shared by the run that writes and the readers that follow. Rendering is done by whichever
/// reader asks first, once for all: an answer nobody reads costs no rendering.
pub(crate) struct Live {
    pub(crate) conversation_id: ConversationId,
    pub(crate) answer_id: MessageId,
    pub(crate) stop: CancellationToken,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

struct State {
    text: String,
    rendering: Rendering,
    rendered: usize,
    saved: usize,
    title: Option<String>,
    /// The model that answers, where it is not the one first asked.
    model: Option<String>,
    ended: Option<Ended>,
}

impl Live {
    pub(super) fn new(run: &Run) -> Self {
        Self {
            conversation_id: run.conversation_id,
            answer_id: run.answer_id,
            stop: CancellationToken::new(),
            state: Mutex::new(State {
                text: String::new(),
                rendering: Rendering::new(),
                rendered: 0,
                saved: 0,
                title: None,
                model: None,
                ended: None,
            }),
            changed: watch::Sender::new(()),
        }
    }

    /// Adds to the answer; returns its length in bytes.
    pub(super) fn push(&self, text: &str) -> usize {
        let len = {
            let mut state = self.state();
            state.text.push_str(text);
            state.text.len()
        };
        self.changed.send_replace(());
        len
    }

    pub(super) fn text(&self) -> String {
        self.state().text.clone()
    }

    /// What has arrived since this was last asked, if anything.
    pub(super) fn unsaved(&self) -> Option<String> {
        let mut state = self.state();
        if state.text.len() == state.saved {
            return None;
        }
        state.saved = state.text.len();
        Some(state.text.clone())
    }

    /// The last save failed: the whole text is unsaved again.
    pub(super) fn not_saved(&self) {
        self.state().saved = 0;
    }

    pub(super) fn set_title(&self, title: &Title) {
        self.state().title = Some(title.as_str().to_owned());
        self.changed.send_replace(());
    }

    /// Another model answers.
    pub(super) fn set_model(&self, name: &str) {
        self.state().model = Some(name.to_owned());
        self.changed.send_replace(());
    }

    /// Nothing more comes.
    pub(super) fn end(&self, ended: Ended) {
        self.state().ended = Some(ended);
        self.changed.send_replace(());
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// What a reader at `position` has not seen.
    pub(super) fn steps(&self, position: &mut Position) -> Vec<(usize, StreamStep)> {
        let mut state = self.state();
        state.render();
        let State {
            text,
            rendering,
            title,
            model,
            ended,
            ..
        } = &*state;
        Progress {
            len: text.len(),
            rendering,
            title: title.as_deref(),
            model: model.as_deref(),
            ended: *ended,
        }
        .steps(position)
    }

    /// The HTML so far, and the position that it stands for.
    pub(crate) fn html(&self) -> (String, usize) {
        let mut state = self.state();
        state.render();
        (state.rendering.to_html(), state.text.len())
    }

    /// The HTML of the whole answer, once no more text comes.
    pub(super) fn final_html(&self) -> String {
        let mut state = self.state();
        let State {
            text, rendering, ..
        } = &mut *state;
        rendering.finish(text);
        rendering.to_html()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn render(&mut self) {
        let Self {
            text,
            rendering,
            rendered,
            ended,
            ..
        } = self;
        match ended {
            Some(_) => rendering.finish(text),
            None if *rendered == text.len() => {}
            None => rendering.advance(text),
        }
        *rendered = text.len();
    }
}
