//! One task a process saves what has arrived of all its answers: many streams, few commits.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use super::{Engine, Inner, LEASE, store};

/// A killed process loses at most this much of an answer.
const EVERY: Duration = Duration::from_millis(500);

/// Saves until the engine is gone. Asks nothing of the database while nothing runs.
pub(super) async fn save_what_arrives(engine: Weak<Inner>) {
    loop {
        let Some(inner) = engine.upgrade() else {
            return;
        };
        let engine_now = Engine(inner);
        if engine_now.running() == 0 {
            let begun = async { engine_now.0.begun.notified().await };
            // Wakes now and then to see whether the engine is still in use.
            let _ = tokio::time::timeout(Duration::from_secs(60), begun).await;
        } else {
            save(&engine_now).await;
        }
        drop(engine_now);
        tokio::time::sleep(EVERY).await;
    }
}

async fn save(engine: &Engine) {
    let lives: Vec<_> = engine
        .lives()
        .iter()
        .map(|(id, live)| (*id, Arc::clone(live)))
        .collect();
    let running: Vec<_> = lives.iter().map(|(id, _)| *id).collect();
    let arrived: Vec<_> = lives
        .iter()
        .filter_map(|(_, live)| live.unsaved().map(|text| (live.answer_id, text)))
        .collect();
    match store::save_progress(engine.db(), &arrived, &running, LEASE).await {
        Ok(to_stop) => to_stop.into_iter().for_each(|id| engine.stop(id)),
        Err(error) => {
            tracing::error!(%error, answers = arrived.len(), "could not save what has arrived; trying again");
            lives.iter().for_each(|(_, live)| live.not_saved());
        }
    }
}
