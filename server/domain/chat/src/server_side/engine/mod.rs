//! Runs models in the background, apart from any HTTP connection, and lets readers follow.

mod ask;
mod fallback;
mod follow;
mod live;
mod prompt;
mod retry;
mod run;
mod save;
mod store;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::{Db, UserId};
use time::Duration;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use follow::{Followed, Position};
pub(crate) use follow::{follow_live, follow_stored};
pub(crate) use live::Live;

use crate::{
    ConversationId, GenerationId, MessageId, Title, model_client::ModelClient, store::ChosenModel,
};

/// How long a run is believed to be alive without its process saying so.
pub const LEASE: Duration = Duration::seconds(10);

/// A run of a model: what for, and by which.
#[derive(Debug, Clone)]
pub struct Run {
    pub(crate) generation_id: GenerationId,
    pub(crate) answer_id: MessageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) user_id: UserId,
    pub(crate) question_id: MessageId,
    pub(crate) model: ChosenModel,
}

/// The process's runs of models. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    db: Db,
    client: Arc<dyn ModelClient>,
    system_prompt: String,
    live: Mutex<HashMap<GenerationId, Arc<Live>>>,
    /// Rung when a run begins: the saver sleeps while there is none.
    begun: Notify,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl Engine {
    /// An engine that asks `client`, with `system_prompt` ahead of every conversation. Starts the
    /// task that saves what arrives; call inside a tokio runtime.
    pub fn new(db: Db, client: Arc<dyn ModelClient>, system_prompt: String) -> Self {
        let engine = Self(Arc::new(Inner {
            db,
            client,
            system_prompt,
            live: Mutex::default(),
            begun: Notify::new(),
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        tokio::spawn(save::save_what_arrives(Arc::downgrade(&engine.0)));
        engine
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The provider.
    pub fn client(&self) -> &dyn ModelClient {
        &*self.0.client
    }

    /// What every conversation begins with, unseen.
    pub fn system_prompt(&self) -> &str {
        &self.0.system_prompt
    }

    /// How many answers are being written by this process.
    pub fn running(&self) -> usize {
        self.lives().len()
    }

    /// Cancelled when the process is about to end: readers' streams close then.
    pub fn shutdown_token(&self) -> &CancellationToken {
        &self.0.shutdown
    }

    /// Ends every run, as interrupted, and returns when all are stored.
    pub async fn shut_down(&self) {
        self.0.shutdown.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    pub(crate) fn start(&self, run: Run) {
        let live = Arc::new(Live::new(&run));
        self.lives().insert(run.generation_id, live.clone());
        self.0.begun.notify_one();
        self.0.tasks.spawn(run::run(self.clone(), run, live));
    }

    pub(crate) fn stop(&self, id: GenerationId) {
        if let Some(live) = self.live(id) {
            live.stop.cancel();
        }
    }

    pub(crate) fn live(&self, id: GenerationId) -> Option<Arc<Live>> {
        self.lives().get(&id).cloned()
    }

    pub(crate) fn show_title(&self, conversation: ConversationId, title: &Title) {
        let lives: Vec<_> = self.lives().values().cloned().collect();
        for live in lives.iter().filter(|l| l.conversation_id == conversation) {
            live.set_title(title);
        }
    }

    fn lives(&self) -> MutexGuard<'_, HashMap<GenerationId, Arc<Live>>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
