//! SQL of runs whose process has gone.

use kernel::{Db, Tx, UserId, id::Uuid};
use sqlx::Error;
use time::OffsetDateTime;

use crate::{ConversationId, GenerationId, ModelId};

/// A run whose lease has run out.
pub struct AbandonedRun {
    pub generation_id: GenerationId,
    pub conversation_id: ConversationId,
    pub user_id: UserId,
    pub model_id: ModelId,
}

/// When the first of all leases of running runs ends.
pub async fn first_lease(db: &Db) -> Result<Option<OffsetDateTime>, Error> {
    sqlx::query_scalar!("select min(lease_until) from generations where status = 'running'")
        .fetch_one(db.pool())
        .await
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

/// Which of these runs are running.
pub async fn running_among(db: &Db, runs: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    sqlx::query_scalar!(
        "select id from generations where id = any($1) and status = 'running'",
        runs,
    )
    .fetch_all(db.pool())
    .await
}

/// Deletes pieces of answers that have ended: a save whose outcome was lost may leave some.
pub async fn delete_stray_pieces(db: &Db) -> Result<u64, Error> {
    let gone = sqlx::query!(
        "delete from answer_pieces p using generations g where g.id = p.generation_id and g.status <> 'running'"
    )
    .execute(db.pool())
    .await?;
    Ok(gone.rows_affected())
}

/// Ends a run as interrupted if its lease is still out, with the text that was saved of it;
/// `false` when somebody else was faster.
pub async fn interrupt(tx: &mut Tx, id: GenerationId) -> Result<bool, Error> {
    let now = tx.now();
    let message = sqlx::query_scalar!(
        "update generations set status = 'interrupted', finished_at = $2
         where id = $1 and status = 'running' and lease_until < $2 returning message_id",
        id.0,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(message) = message else {
        return Ok(false);
    };
    sqlx::query!(
        "with pieces as (delete from answer_pieces where generation_id = $2 returning position, text)
         update messages set status = 'interrupted',
                body = body || coalesce((select string_agg(text, '' order by position) from pieces), '')
         where id = $1",
        message,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}
