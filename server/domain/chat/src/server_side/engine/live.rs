//! An answer being written: its text, what it renders to, and how it ended.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    Run,
    follow::{Ended, Position, Progress},
    store::{Piece, StoredAnswer},
};
use crate::{ConversationId, GenerationId, StreamStep, markdown::Rendering};

/// Shared by the one who writes (a run of this process, or the [mirror](super::mirror) of one
/// elsewhere) and the readers who follow. Rendering is done by whichever reader asks first, once
/// for all: an answer nobody reads costs no rendering.
pub(crate) struct Live {
    pub(crate) conversation_id: ConversationId,
    /// Cancelled when the run is to stop.
    pub(crate) stop: CancellationToken,
    /// Cancelled when the run has turned out to be ended by another process.
    pub(crate) lost: CancellationToken,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    text: String,
    rendering: Rendering,
    rendered: usize,
    saved: usize,
    /// The end is being stored, with the whole text: pieces are of no use any more.
    sealed: bool,
    title: Option<String>,
    /// The model that answers, where it is not the one first asked.
    model: Option<String>,
    ended: Option<Ended>,
}

impl Live {
    /// The answer of a run of this process.
    pub(super) fn of_run(run: &Run) -> Self {
        let state = State {
            text: run.continued.clone(),
            // Stored with the answer.
            saved: run.continued.len(),
            ..State::default()
        };
        Self::new(run.conversation_id, state)
    }

    /// An answer as it is stored: one that has ended, or the beginning of a mirror.
    pub(super) fn of_stored(stored: StoredAnswer) -> Self {
        let ended = stored.ended();
        let state = State {
            text: stored.text,
            title: stored.title,
            model: stored.model,
            ended,
            ..State::default()
        };
        Self::new(stored.conversation_id, state)
    }

    fn new(conversation_id: ConversationId, state: State) -> Self {
        Self {
            conversation_id,
            stop: CancellationToken::new(),
            lost: CancellationToken::new(),
            state: Mutex::new(state),
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

    /// Its length in bytes.
    pub(super) fn len(&self) -> usize {
        self.state().text.len()
    }

    pub(super) fn text(&self) -> String {
        self.state().text.clone()
    }

    /// What has arrived and is not known to be saved, if anything.
    pub(super) fn unsaved(&self, generation: GenerationId) -> Option<Piece> {
        let state = self.state();
        (!state.sealed && state.text.len() > state.saved).then(|| Piece {
            generation,
            position: state.saved,
            text: state.text[state.saved..].to_owned(),
        })
    }

    /// No piece is to be saved from now on.
    pub(super) fn seal(&self) {
        self.state().sealed = true;
    }

    /// The first `bytes` bytes are saved.
    pub(super) fn saved(&self, bytes: usize) {
        self.state().saved = bytes;
    }

    pub(super) fn set_title(&self, title: &str) {
        let mut state = self.state();
        if state.title.as_deref() != Some(title) {
            state.title = Some(title.to_owned());
            drop(state);
            self.changed.send_replace(());
        }
    }

    /// Another model answers.
    pub(super) fn set_model(&self, name: &str) {
        let mut state = self.state();
        if state.model.as_deref() != Some(name) {
            state.model = Some(name.to_owned());
            drop(state);
            self.changed.send_replace(());
        }
    }

    /// Nothing more comes.
    pub(super) fn end(&self, ended: Ended) {
        self.state().ended = Some(ended);
        self.changed.send_replace(());
    }

    /// Nothing more comes, and this is the whole text.
    pub(super) fn end_with(&self, text: String, ended: Ended) {
        let mut state = self.state();
        state.text = text;
        state.ended = Some(ended);
        drop(state);
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
