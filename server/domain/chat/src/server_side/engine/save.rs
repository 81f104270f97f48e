//! One task a process saves what has arrived of all its answers: many streams, few commits. It
//! also renews the leases, which tell other processes that the runs are alive.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::time::Instant;

use super::{Engine, Inner, LEASE, Live, lock, store};
use crate::GenerationId;

/// A killed process loses at most this much of an answer, and what a commit takes.
const EVERY: Duration = Duration::from_millis(100);
/// Leases are renewed so often: a third of what they last.
const RENEW: Duration = Duration::from_secs(1);

type Lives = Vec<(GenerationId, Arc<Live>)>;

/// Saves until the engine is gone. Asks nothing of the database while nothing runs.
pub(super) async fn save_what_arrives(engine: Weak<Inner>) {
    let mut renewed = Instant::now();
    loop {
        let Some(inner) = engine.upgrade() else {
            return;
        };
        let engine_now = Engine(inner);
        if engine_now.running() == 0 {
            let begun = async { engine_now.0.begun.notified().await };
            // Wakes now and then to see whether the engine is still in use.
            let _ = tokio::time::timeout(Duration::from_secs(60), begun).await;
            renewed = Instant::now();
        } else {
            let lives: Lives = lock(&engine_now.0.live)
                .iter()
                .map(|(id, live)| (*id, Arc::clone(live)))
                .collect();
            save(&engine_now, &lives).await;
            if renewed.elapsed() >= RENEW {
                renew(&engine_now, &lives).await;
                renewed = Instant::now();
            }
        }
        drop(engine_now);
        tokio::time::sleep(EVERY).await;
    }
}

async fn save(engine: &Engine, lives: &Lives) {
    let _saving = engine.0.saving.lock().await;
    let (pieces, of): (Vec<_>, Vec<_>) = lives
        .iter()
        .filter_map(|(id, live)| Some((live.unsaved(*id)?, live)))
        .unzip();
    if pieces.is_empty() {
        return;
    }
    match store::save_pieces(engine.db(), &pieces).await {
        Ok(()) => {
            for (piece, live) in pieces.iter().zip(of) {
                live.saved(piece.end());
            }
        }
        Err(error) => {
            tracing::error!(%error, answers = pieces.len(), "could not save what has arrived; trying again");
        }
    }
}

/// Renews the leases, and learns what other processes have to say about the runs.
async fn renew(engine: &Engine, lives: &Lives) {
    let running: Vec<_> = lives.iter().map(|(id, _)| *id).collect();
    let known = match store::renew_leases(engine.db(), &running, LEASE).await {
        Ok(known) => known
            .into_iter()
            .map(|run| (run.id, run))
            .collect::<HashMap<_, _>>(),
        Err(error) => {
            tracing::error!(%error, "could not renew the leases; trying again");
            return;
        }
    };
    for (id, live) in lives {
        match known.get(id) {
            Some(renewed) => {
                if renewed.stop_requested {
                    live.stop.cancel();
                }
                if let Some(title) = &renewed.title {
                    live.set_title(title);
                }
            }
            // Its lease ran out and another process ended it, or it has just come to its end.
            None => live.lost.cancel(),
        }
    }
}
