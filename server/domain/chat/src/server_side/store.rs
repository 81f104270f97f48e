//! Write-side SQL. Rules are in `model`; here rows are locked, read and written.

use kernel::{Db, Tx, UserId};
use sqlx::Error;
use time::Duration;

use crate::{ConversationId, GenerationId, MessageBody, MessageId, ModelId, Title, engine::Run};

mod abandoned;
mod context;
mod models;
mod summaries;

pub use abandoned::*;
pub use context::*;
pub use models::*;
pub use summaries::*;

/// A conversation held for writing.
pub struct LockedConversation {
    pub id: ConversationId,
    pub model_id: ModelId,
    pub head_id: Option<MessageId>,
}

/// Locks a person's conversation: whoever writes in it comes one after the other, and its events
/// get the order of its facts.
pub async fn lock_conversation(
    tx: &mut Tx,
    user: UserId,
    id: ConversationId,
) -> Result<Option<LockedConversation>, Error> {
    sqlx::query_as!(
        LockedConversation,
        r#"select id as "id: ConversationId", model_id as "model_id: ModelId", head_id as "head_id: MessageId"
           from conversations where id = $1 and user_id = $2 and deleted_at is null for no key update"#,
        id.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await
}

/// Locks a deleted conversation; `false` when there is none.
pub async fn lock_deleted_conversation(
    tx: &mut Tx,
    user: UserId,
    id: ConversationId,
) -> Result<bool, Error> {
    let row = sqlx::query!(
        "select id from conversations where id = $1 and user_id = $2 and deleted_at is not null for no key update",
        id.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// Locks a conversation on the site's own behalf.
pub async fn lock_for_events(tx: &mut Tx, id: ConversationId) -> Result<(), Error> {
    sqlx::query!(
        "select id from conversations where id = $1 for no key update",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(())
}

pub async fn insert_conversation(
    tx: &mut Tx,
    id: ConversationId,
    user: UserId,
    model: ModelId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into conversations (id, user_id, model_id, created_at, active_at) values ($1, $2, $3, $4, $4)",
        id.0,
        user.0,
        model.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets the title; an automatic one only where there is none yet. `false` when it stayed.
pub async fn set_title(
    tx: &mut Tx,
    id: ConversationId,
    title: &Title,
    by_person: bool,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update conversations set title = $2, titled_by_person = titled_by_person or $3
         where id = $1 and ($3 or title is null)",
        id.0,
        title.as_str(),
        by_person,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn set_deleted(tx: &mut Tx, id: ConversationId, deleted: bool) -> Result<(), Error> {
    let at = deleted.then(|| tx.now());
    sqlx::query!(
        "update conversations set deleted_at = $2 where id = $1",
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A message that an id already stands for.
pub struct EarlierMessage {
    pub conversation_id: ConversationId,
    pub user_id: UserId,
    pub body: String,
}

pub async fn find_sent(tx: &mut Tx, id: MessageId) -> Result<Option<EarlierMessage>, Error> {
    sqlx::query_as!(
        EarlierMessage,
        r#"select m.conversation_id as "conversation_id: ConversationId", c.user_id as "user_id: UserId", m.body
           from messages m join conversations c on c.id = m.conversation_id
           where m.id = $1"#,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await
}

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
             insert into messages (id, conversation_id, parent_id, role, status, body, created_at)
             values ($1, $2, $3, 'user', 'complete', $4, $5)
         ), answer as (
             insert into messages (id, conversation_id, parent_id, role, status, body, created_at)
             values ($6, $2, $1, 'assistant', 'streaming', '', $5)
         ), run as (
             insert into generations (id, message_id, conversation_id, user_id, model_id, status, started_at, lease_until)
             values ($7, $6, $2, $8, $9, 'running', $5, $10)
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

/// How a conversation without a title began.
pub struct Opening {
    pub text: String,
    pub provider_id: String,
}

pub async fn untitled_opening(db: &Db, id: ConversationId) -> Result<Option<Opening>, Error> {
    sqlx::query_as!(
        Opening,
        "select m.body as text, models.provider_id
         from conversations c join messages m on m.conversation_id = c.id and m.parent_id is null
              join models on models.id = c.model_id
         where c.id = $1 and c.title is null
         order by m.created_at, m.id limit 1",
        id.0,
    )
    .fetch_optional(db.pool())
    .await
}
