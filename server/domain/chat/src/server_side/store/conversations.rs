//! SQL of conversations: held for writing, titled, deleted.

use kernel::{Db, Tx, UserId};
use sqlx::Error;

use crate::{ConversationId, MessageId, ModelId, Title};

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

/// Locks the conversation that a message is in, if it is this person's.
pub async fn lock_conversation_of(
    tx: &mut Tx,
    user: UserId,
    message: MessageId,
) -> Result<Option<LockedConversation>, Error> {
    sqlx::query_as!(
        LockedConversation,
        r#"select id as "id: ConversationId", model_id as "model_id: ModelId", head_id as "head_id: MessageId"
           from conversations
           where id = (select conversation_id from messages where id = $1) and user_id = $2 and deleted_at is null
           for no key update"#,
        message.0,
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

/// How a conversation without a title began.
pub struct Opening {
    pub text: String,
    pub model_id: ModelId,
    pub provider_id: String,
}

pub async fn untitled_opening(db: &Db, id: ConversationId) -> Result<Option<Opening>, Error> {
    sqlx::query_as!(
        Opening,
        r#"select m.body as text, models.id as "model_id: ModelId", models.provider_id
         from conversations c join messages m on m.conversation_id = c.id and m.parent_id is null
              join models on models.id = c.model_id
         where c.id = $1 and c.title is null
         order by m.created_at, m.id limit 1"#,
        id.0,
    )
    .fetch_optional(db.pool())
    .await
}

/// Removes some of a person's conversations with everything in them; returns how many.
pub async fn erase_some(db: &kernel::Db, user: UserId, at_most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "delete from conversations
         where id in (select id from conversations where user_id = $1 limit $2)",
        user.0,
        at_most,
    );
    Ok(done.execute(db.pool()).await?.rows_affected())
}
