//! SQL of answers that are asked for and asked to stop.

use kernel::{Tx, UserId};
use sqlx::Error;
use time::Duration;

use crate::{ConversationId, GenerationId, MessageBody, MessageId, engine::Run};

/// Adds the person's message, the empty answer and its run, and makes the answer the head.
pub async fn insert_exchange(
    tx: &mut Tx,
    run: &Run,
    parent: Option<MessageId>,
    body: &MessageBody,
    lease: Duration,
) -> Result<(), Error> {
    let now = tx.now();
    // One statement, one round trip: foreign keys are checked at its end.
    sqlx::query!(
        "with question as (
             insert into messages (id, conversation_id, parent_id, role, status, body, created_at, shown_child_id)
             values ($1, $2, $3, 'user', 'complete', $4, $5, $6)
         ), answer as (
             insert into messages (id, conversation_id, parent_id, role, status, body, created_at)
             values ($6, $2, $1, 'assistant', 'streaming', '', $5)
         ), run as (
             insert into generations (id, message_id, conversation_id, user_id, model_id, status, started_at, lease_until)
             values ($7, $6, $2, $8, $9, 'running', $5, $10)
         ), shown as (
             update messages set shown_child_id = $1 where id = $3
         )
         update conversations set head_id = $6, active_at = $5, model_id = $9 where id = $2",
        run.question_id.0,
        run.conversation_id.0,
        parent.map(|p| p.0),
        body.as_str(),
        now,
        run.answer_id.0,
        run.generation_id.0,
        run.user_id.0,
        run.model.id.0,
        now + lease,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds another answer to a message that has one, with the text that it takes over and its run,
/// and makes it the head.
pub async fn insert_answer(tx: &mut Tx, run: &Run, lease: Duration) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "with answer as (
             insert into messages (id, conversation_id, parent_id, role, status, body, created_at)
             values ($1, $2, $3, 'assistant', 'streaming', $4, $5)
         ), run as (
             insert into generations (id, message_id, conversation_id, user_id, model_id, status, started_at,
                                      lease_until, continued_bytes)
             values ($6, $1, $2, $7, $8, 'running', $5, $9, octet_length($4))
         ), shown as (
             update messages set shown_child_id = $1 where id = $3
         )
         update conversations set head_id = $1, active_at = $5, model_id = $8 where id = $2",
        run.answer_id.0,
        run.conversation_id.0,
        run.question_id.0,
        run.continued,
        now,
        run.generation_id.0,
        run.user_id.0,
        run.model.id.0,
        now + lease,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Asks for the run to stop; `false` when the person has no such run. An ended one is left as it is.
pub async fn request_stop(tx: &mut Tx, user: UserId, id: GenerationId) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update generations set stop_requested = true where id = $1 and user_id = $2",
        id.0,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Asks for whatever runs in a conversation to stop.
pub async fn request_stop_in(
    tx: &mut Tx,
    conversation: ConversationId,
) -> Result<Vec<GenerationId>, Error> {
    sqlx::query_scalar!(
        r#"update generations set stop_requested = true where conversation_id = $1 and status = 'running'
           returning id as "id: GenerationId""#,
        conversation.0,
    )
    .fetch_all(tx.conn())
    .await
}
