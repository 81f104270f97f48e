//! Runs models in the background, apart from any HTTP connection, and lets readers follow.
//!
//! What arrives is saved by one task a process ([`save`]), runs of other processes are followed
//! by another ([`mirror`]); both sleep while there is nothing to do.

mod ask;
mod fallback;
mod follow;
mod live;
mod mirror;
mod prompt;
mod retry;
mod run;
mod save;
mod store;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Instant,
};

use kernel::{Db, Heard, UserId, keep_going, trace};
use payments::Prices;
use time::Duration;
use tokio::{sync::Notify, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use follow::follow;
pub use follow::{Followed, Position};
pub(crate) use live::Live;
pub(crate) use prompt::assemble;

use crate::{
    ConversationId, GenerationId, MessageId, Title,
    model_client::{CompletionRequest, ModelClient},
    store::ChosenModel,
};

/// How long a run is believed to be alive without its process saying so.
pub const LEASE: Duration = Duration::seconds(3);

/// The [signal](kernel::signals) by which a run is asked to stop, in whichever process it is.
pub(crate) const STOP_SIGNAL: &str = "generation_stop";

/// A run of a model: what for, and by which.
#[derive(Debug, Clone)]
pub struct Run {
    pub(crate) generation_id: GenerationId,
    pub(crate) answer_id: MessageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) user_id: UserId,
    pub(crate) question_id: MessageId,
    pub(crate) model: ChosenModel,
    /// The text that the answer takes over from the one that it continues; else empty.
    pub(crate) continued: String,
    /// What the answer costs; `None` for a model without prices.
    pub(crate) prices: Option<Prices>,
    /// What credit was held for: nothing else is sent. `None` to put it together when it is sent.
    pub(crate) request: Option<CompletionRequest>,
}

/// Where a run comes from.
struct Origin {
    begun: Instant,
    /// The run outlives the request, and belongs to its trace.
    traceparent: Option<String>,
}

/// The process's runs of models. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

type Registry<T> = Mutex<HashMap<GenerationId, T>>;

struct Inner {
    db: Db,
    client: Arc<dyn ModelClient>,
    system_prompt: String,
    live: Registry<Arc<Live>>,
    /// Runs of other processes that somebody here follows.
    mirrors: Registry<Weak<Live>>,
    /// Rung when a run begins: the saver sleeps while there is none.
    begun: Notify,
    /// Held while pieces are being saved: the end of a run waits for it, so that no piece is
    /// stored after the end.
    saving: tokio::sync::Mutex<()>,
    /// Rung when a run of another process is followed: see [`mirror`].
    mirrored: Notify,
    /// Rung then, too, for whoever ends runs whose process has gone.
    another_followed: Notify,
    /// Cancelled when the streams of readers are to end.
    readers: CancellationToken,
    /// Cancelled when the runs of this process are to end.
    runs: CancellationToken,
    tasks: TaskTracker,
}

impl Engine {
    /// An engine that asks `client`, with `system_prompt` ahead of every conversation. Starts the
    /// tasks that save what arrives and follow other processes; call inside a tokio runtime.
    pub fn new(db: Db, client: Arc<dyn ModelClient>, system_prompt: String) -> Self {
        let engine = Self(Arc::new(Inner {
            db,
            client,
            system_prompt,
            live: Mutex::default(),
            mirrors: Mutex::default(),
            begun: Notify::new(),
            saving: tokio::sync::Mutex::new(()),
            mirrored: Notify::new(),
            another_followed: Notify::new(),
            readers: CancellationToken::new(),
            runs: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        let inner = Arc::downgrade(&engine.0);
        tokio::spawn(keep_going("chat.save", move || {
            save::save_what_arrives(inner.clone())
        }));
        let inner = Arc::downgrade(&engine.0);
        tokio::spawn(keep_going("chat.mirror", move || {
            mirror::follow_others(inner.clone())
        }));
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
        lock(&self.0.live).len()
    }

    /// Takes note of a signal from any process: a run of this one may be asked to stop. What is
    /// missed in a gap, the next renewal of the leases tells within a second.
    pub fn heard(&self, heard: &Heard) {
        if let Heard::Signal { topic, id } = heard
            && topic == STOP_SIGNAL
            && let Ok(id) = id.parse()
        {
            self.stop(id);
        }
    }

    /// Resolves when somebody here begins to follow a run of another process: should that be gone, they wait for
    /// [`end_abandoned`](crate::commands::end_abandoned).
    pub async fn another_followed(&self) {
        self.0.another_followed.notified().await;
    }

    /// Ends the streams of all readers: they come back, to another process if this one is about to
    /// end, and go on from their position.
    pub fn close_readers(&self) {
        self.0.readers.cancel();
    }

    /// Waits until no run is left, at most for `grace`; then ends the rest, as interrupted, and
    /// returns when they are stored. Call it again with a shorter grace to cut the first one short.
    pub async fn drain(&self, grace: std::time::Duration) {
        self.0.tasks.close();
        if timeout(grace, self.0.tasks.wait()).await.is_err() {
            self.0.runs.cancel();
            self.0.tasks.wait().await;
        }
    }

    pub(crate) fn start(&self, run: Run) {
        let live = Arc::new(Live::of_run(&run));
        lock(&self.0.live).insert(run.generation_id, live.clone());
        self.0.begun.notify_one();
        let origin = Origin {
            begun: Instant::now(),
            traceparent: trace::current_traceparent(),
        };
        self.0
            .tasks
            .spawn(run::run(self.clone(), run, live, origin));
    }

    pub(crate) fn stop(&self, id: GenerationId) {
        if let Some(live) = self.live(id) {
            live.stop.cancel();
        }
    }

    pub(crate) fn live(&self, id: GenerationId) -> Option<Arc<Live>> {
        lock(&self.0.live).get(&id).cloned()
    }

    pub(crate) fn readers_token(&self) -> &CancellationToken {
        &self.0.readers
    }

    pub(crate) fn show_title(&self, conversation: ConversationId, title: &Title) {
        let lives: Vec<_> = lock(&self.0.live).values().cloned().collect();
        for live in lives.iter().filter(|l| l.conversation_id == conversation) {
            live.set_title(title.as_str());
        }
    }
}

fn lock<T>(registry: &Registry<T>) -> MutexGuard<'_, HashMap<GenerationId, T>> {
    registry.lock().unwrap_or_else(PoisonError::into_inner)
}
