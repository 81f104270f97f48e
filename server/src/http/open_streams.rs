//! Which streams are open in which session: a stream ends with its session, whichever process
//! ends that.
//!
//! The end of a session is signalled (see `migrations/0007_session_signals.sql`). A signal can be
//! missed, so the table is looked at, too: at once after a gap in listening, and every half minute.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use auth::sessions::{self, StoredId};
use kernel::{Db, Heard};
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

/// How often the table is looked at without any reason.
const LOOK: Duration = Duration::from_secs(30);
/// Between looks while the database is away.
const RETRY: Duration = Duration::from_secs(1);
/// A request that was let in by a session can take so long until its stream is noted here: until
/// then its end is remembered.
const REMEMBERED: Duration = Duration::from_secs(30);

/// The open streams of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct OpenStreams(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    look: Notify,
}

#[derive(Default)]
struct State {
    open: HashMap<StoredId, Open>,
    /// What has ended of late, and when.
    ended: HashMap<String, Instant>,
}

/// The streams of one session.
#[derive(Default)]
struct Open {
    streams: usize,
    ended: CancellationToken,
}

/// One open stream, until it is dropped.
pub struct OpenStream {
    session: StoredId,
    ended: CancellationToken,
    streams: OpenStreams,
}

impl OpenStreams {
    /// Notes a stream. If its session has ended a moment ago, so has the stream.
    pub fn open(&self, session: StoredId) -> OpenStream {
        let mut state = self.state();
        let over = state.ended.contains_key(session.as_str());
        let open = state.open.entry(session.clone()).or_default();
        open.streams += 1;
        if over {
            open.ended.cancel();
        }
        OpenStream {
            session,
            ended: open.ended.clone(),
            streams: self.clone(),
        }
    }

    /// How many sessions have a stream open.
    pub fn sessions(&self) -> usize {
        self.state().open.len()
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        self.state().open.values().map(|open| open.streams).sum()
    }

    /// Takes note of a signal from any process.
    pub fn heard(&self, heard: &Heard) {
        match heard {
            Heard::Signal { topic, id } if topic == sessions::ENDED => self.end(id),
            Heard::Signal { .. } => {}
            Heard::Gap => self.0.look.notify_one(),
        }
    }

    /// Looks at the table now and then, and after each gap, until `stop` is cancelled.
    pub async fn look_after(&self, db: &Db, stop: CancellationToken) {
        let mut wait = LOOK;
        loop {
            tokio::select! {
                () = self.0.look.notified() => {}
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => return,
            }
            wait = match self.look(db).await {
                Ok(()) => LOOK,
                Err(error) => {
                    tracing::warn!(%error, "could not look which sessions have ended; trying again");
                    RETRY
                }
            };
        }
    }

    async fn look(&self, db: &Db) -> Result<(), sqlx::Error> {
        let open: Vec<_> = {
            let mut state = self.state();
            state.ended.retain(|_, at| at.elapsed() < REMEMBERED);
            state.open.keys().cloned().collect()
        };
        if open.is_empty() {
            return Ok(());
        }
        for ended in sessions::ended(db, &open).await? {
            self.end(ended.as_str());
        }
        Ok(())
    }

    fn end(&self, session: &str) {
        let mut state = self.state();
        state.ended.insert(session.to_owned(), Instant::now());
        if let Some(open) = state.open.get(session) {
            tracing::info!(
                streams = open.streams,
                "a session has ended; its streams close"
            );
            open.ended.cancel();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenStream {
    /// Resolves when the session has ended.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        self.ended.clone().cancelled_owned()
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut state = self.streams.state();
        let left = state.open.get_mut(&self.session).map(|open| {
            open.streams -= 1;
            open.streams
        });
        if left == Some(0) {
            state.open.remove(&self.session);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn over(stream: &OpenStream) -> bool {
        stream.ended().now_or_never().is_some()
    }

    fn end(streams: &OpenStreams, session: &StoredId) {
        streams.heard(&Heard::Signal {
            topic: sessions::ENDED.to_owned(),
            id: session.as_str().to_owned(),
        });
    }

    #[test]
    fn the_end_of_a_session_ends_its_streams_and_no_others() {
        let streams = OpenStreams::default();
        let (ada, bob) = (StoredId::of("ada"), StoredId::of("bob"));
        let (tab, other_tab) = (streams.open(ada.clone()), streams.open(ada.clone()));
        let of_bob = streams.open(bob);
        end(&streams, &ada);
        assert!(over(&tab) && over(&other_tab) && !over(&of_bob));
    }

    #[test]
    fn a_stream_that_opens_right_after_its_session_has_ended_is_over() {
        let streams = OpenStreams::default();
        let session = StoredId::of("ada");
        end(&streams, &session);
        assert!(over(&streams.open(session)));
    }

    #[test]
    fn a_stream_that_closes_is_forgotten() {
        let streams = OpenStreams::default();
        let (one, other) = (
            streams.open(StoredId::of("ada")),
            streams.open(StoredId::of("ada")),
        );
        drop(one);
        assert_eq!(streams.sessions(), 1);
        drop(other);
        assert_eq!(streams.sessions(), 0);
    }
}
