//! SQL of runs whose process has gone.

use kernel::{Db, Tx, UserId};
use sqlx::Error;

use crate::{ConversationId, GenerationId, ModelId};

/// A run whose lease has run out.
pub struct AbandonedRun {
    pub generation_id: GenerationId,
    pub conversation_id: ConversationId,
    pub user_id: UserId,
    pub model_id: ModelId,
}

pub async fn abandoned(db: &Db) -> Result<Vec<AbandonedRun>, Error> {
    sqlx::query_as!(
        AbandonedRun,
        r#"select id as "generation_id: GenerationId", conversation_id as "conversation_id: ConversationId",
                  user_id as "user_id: UserId", model_id as "model_id: ModelId"
           from generations where status = 'running' and lease_until < $1"#,
        db.now(),
    )
    .fetch_all(db.pool())
    .await
}

/// Ends a run as interrupted if its lease is still out; `false` when somebody else was faster.
pub async fn interrupt(tx: &mut Tx, id: GenerationId) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "with ended as (
             update generations set status = 'interrupted', finished_at = $2
             where id = $1 and status = 'running' and lease_until < $2 returning message_id
         )
         update messages set status = 'interrupted' where id = (select message_id from ended)",
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
