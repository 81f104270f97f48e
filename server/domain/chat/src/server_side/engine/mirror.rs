//! Following the runs of other processes: one question to the database for all of them, however
//! many readers there are, and none while nobody follows.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use super::{
    Engine, Inner, Live, lock,
    store::{self, News},
};
use crate::GenerationId;

/// How often the database is asked. What another process writes is seen at most this and the
/// interval of its saving later.
const EVERY: Duration = Duration::from_millis(100);
/// While the database is away.
const RETRY: Duration = Duration::from_secs(1);

impl Engine {
    /// The answer of a run, wherever it runs; `None` when there is no such run.
    pub(crate) async fn answer_of(
        &self,
        id: GenerationId,
    ) -> Result<Option<Arc<Live>>, sqlx::Error> {
        if let Some(live) = self.live(id) {
            return Ok(Some(live));
        }
        if let Some(mirror) = lock(&self.0.mirrors).get(&id).and_then(Weak::upgrade) {
            return Ok(Some(mirror));
        }
        let Some(stored) = store::stored_answer(self.db(), id).await? else {
            return Ok(None);
        };
        let ended = stored.ended().is_some();
        let answer = Arc::new(Live::of_stored(stored));
        if ended {
            return Ok(Some(answer));
        }
        let mut mirrors = lock(&self.0.mirrors);
        // Another reader may have been faster.
        if let Some(mirror) = mirrors.get(&id).and_then(Weak::upgrade) {
            return Ok(Some(mirror));
        }
        mirrors.insert(id, Arc::downgrade(&answer));
        self.0.mirrored.notify_one();
        self.0.another_followed.notify_one();
        Ok(Some(answer))
    }
}

/// Keeps the mirrors up to date until the engine is gone.
pub(super) async fn follow_others(engine: Weak<Inner>) {
    // Where the last piece of each begins: a piece can still grow when its saving is tried again.
    let mut seen: HashMap<GenerationId, i64> = HashMap::new();
    loop {
        let Some(inner) = engine.upgrade() else {
            return;
        };
        let engine_now = Engine(inner);
        let mirrors = engine_now.mirrors();
        seen.retain(|id, _| mirrors.iter().any(|(known, _)| known == id));
        let wait = if mirrors.is_empty() {
            let asked = async { engine_now.0.mirrored.notified().await };
            // Wakes now and then to see whether the engine is still in use.
            let _ = tokio::time::timeout(Duration::from_secs(60), asked).await;
            Duration::ZERO
        } else {
            match refresh(&engine_now, &mirrors, &mut seen).await {
                Ok(()) => EVERY,
                Err(error) => {
                    tracing::warn!(%error, "could not read the answers of other processes; trying again");
                    RETRY
                }
            }
        };
        drop((engine_now, mirrors));
        tokio::time::sleep(wait).await;
    }
}

impl Engine {
    /// Those that somebody follows; the others are forgotten.
    fn mirrors(&self) -> Vec<(GenerationId, Arc<Live>)> {
        let mut mirrors = lock(&self.0.mirrors);
        mirrors.retain(|_, mirror| mirror.strong_count() > 0);
        mirrors
            .iter()
            .filter_map(|(id, mirror)| Some((*id, mirror.upgrade()?)))
            .collect()
    }
}

async fn refresh(
    engine: &Engine,
    mirrors: &[(GenerationId, Arc<Live>)],
    seen: &mut HashMap<GenerationId, i64>,
) -> Result<(), sqlx::Error> {
    let from: Vec<_> = mirrors
        .iter()
        .map(|(id, _)| (*id, seen.get(id).copied().unwrap_or_default()))
        .collect();
    let mut news: HashMap<_, Vec<_>> = HashMap::new();
    for row in store::news(engine.db(), &from).await? {
        news.entry(row.id).or_default().push(row);
    }
    for (id, mirror) in mirrors {
        let rows = news.remove(id).unwrap_or_default();
        // One that is not there any more has been deleted.
        if rows.is_empty() || !rows.iter().all(News::is_running) {
            finish(engine, *id, mirror).await?;
            lock(&engine.0.mirrors).remove(id);
            continue;
        }
        for row in rows {
            if let Some(title) = &row.title {
                mirror.set_title(title);
            }
            if let Some(model) = &row.model {
                mirror.set_model(model);
            }
            if let (Some(position), Some(text)) = (row.position, &row.text) {
                seen.insert(*id, position);
                append(mirror, position, text);
            }
        }
    }
    Ok(())
}

/// Adds what of a piece is not there yet.
fn append(mirror: &Live, position: i64, text: &str) {
    let known = usize::try_from(position)
        .ok()
        .and_then(|position| mirror.len().checked_sub(position));
    if let Some(new) = known.and_then(|known| text.get(known..))
        && !new.is_empty()
    {
        mirror.push(new);
    }
}

/// The end of an answer, with its whole text; a deleted one ends with what is known of it.
async fn finish(engine: &Engine, id: GenerationId, mirror: &Live) -> Result<(), sqlx::Error> {
    let stored = store::stored_answer(engine.db(), id).await?;
    if let Some(title) = stored.as_ref().and_then(|stored| stored.title.as_deref()) {
        mirror.set_title(title);
    }
    if let Some(model) = stored.as_ref().and_then(|stored| stored.model.as_deref()) {
        mirror.set_model(model);
    }
    match stored.and_then(|stored| stored.ended().map(|ended| (stored.text, ended))) {
        Some((text, ended)) => mirror.end_with(text, ended),
        None => mirror.end(super::follow::Ended {
            status: crate::MessageStatus::Interrupted,
            failure: None,
        }),
    }
    Ok(())
}
