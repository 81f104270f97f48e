use kernel::Db;
use payments::commands::release_in;
use time::OffsetDateTime;

use crate::{
    Engine,
    error::Error,
    events::{GenerationFinished, Outcome},
    store,
};

/// What a sweep found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// How many runs it ended.
    pub ended: usize,
    /// When the first lease of those that still run ends: a sweep before then finds nothing.
    /// `None` when nothing runs.
    pub next: Option<OffsetDateTime>,
}

/// Ends, as interrupted, every run whose lease has run out: its process is gone. What was saved of
/// the answer is kept. Safe to run in any number of processes. Asks one question when there is
/// nothing to do.
///
/// Do not call it before the database has answered without a break for as long as a lease
/// ([`LEASE`](crate::engine::LEASE)): while it is away no process can renew its leases.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "chat.end_abandoned", skip_all)]
pub async fn end_abandoned(engine: &Engine) -> Result<Swept, Error> {
    let db = engine.db();
    let mut ended = 0;
    let next = store::first_lease(db).await?;
    if next.is_none_or(|first| first >= db.now()) {
        return Ok(Swept { ended, next });
    }
    for run in store::abandoned(db).await? {
        // Its own runs are alive, whatever their leases say: the database may have been away.
        if engine.live(run.generation_id).is_some() {
            continue;
        }
        let mut tx = db.begin().await?;
        // Whoever writes in a conversation locks it first; see the outbox.
        store::lock_for_events(&mut tx, run.conversation_id).await?;
        if store::interrupt(&mut tx, run.generation_id).await? {
            tx.record(&GenerationFinished {
                conversation_id: run.conversation_id,
                user_id: run.user_id,
                generation_id: run.generation_id,
                model_id: run.model_id,
                outcome: Outcome::Interrupted,
                input_tokens: 0,
                output_tokens: 0,
                usage_estimated: true,
                cost: None,
            })?;
            // Our own fault: nobody pays for it.
            release_in(&mut tx, run.generation_id.0).await?;
            ended += 1;
        }
        tx.commit().await?;
    }
    if ended > 0 {
        tracing::warn!(ended, "ended generations whose process had gone");
    }
    Ok(Swept {
        ended,
        next: store::first_lease(db).await?,
    })
}

/// Deletes what a save whose outcome was lost may have left of answers that have ended. To be run
/// now and then.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn delete_stray_pieces(db: &Db) -> Result<u64, Error> {
    Ok(store::delete_stray_pieces(db).await?)
}
