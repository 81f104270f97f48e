use crate::{Engine, error::Error, events::GenerationFinished, store};

/// Ends, as interrupted, every run whose lease has run out: its process is gone. Safe to run in
/// any number of processes. Returns how many it ended.
#[tracing::instrument(name = "chat.end_abandoned", skip_all)]
pub async fn end_abandoned(engine: &Engine) -> Result<usize, Error> {
    let db = engine.db();
    let mut ended = 0;
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
                outcome: "interrupted".into(),
                input_tokens: 0,
                output_tokens: 0,
                usage_estimated: true,
                cost: None,
            })
            .await?;
            ended += 1;
        }
        tx.commit().await?;
    }
    if ended > 0 {
        tracing::warn!(ended, "ended generations whose process had gone");
    }
    Ok(ended)
}
