//! SQL of the tree of messages: where something stands, and which branch is shown.

use kernel::{Tx, UserId};
use sqlx::Error;

use crate::{
    ConversationId, MessageId, MessageStatus, Speaker,
    codes::{Code, unknown},
    model::tree::{Node, Place},
};

/// A message that an id already stands for.
pub struct EarlierMessage {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub user_id: UserId,
    pub parent_id: Option<MessageId>,
    pub role: String,
    pub body: String,
}

pub async fn find_earlier(tx: &mut Tx, id: MessageId) -> Result<Option<EarlierMessage>, Error> {
    sqlx::query_as!(
        EarlierMessage,
        r#"select m.id as "id: MessageId", m.conversation_id as "conversation_id: ConversationId", c.user_id as "user_id: UserId",
                  m.parent_id as "parent_id: MessageId", m.role,
                  -- Only what a person said is compared.
                  case when m.role = 'user' then m.body else '' end as "body!"
           from messages m join conversations c on c.id = m.conversation_id
           where m.id = $1"#,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await
}

/// What is at a message, and how many answers are being written. Exact while the conversation is
/// locked.
pub async fn find_place(
    tx: &mut Tx,
    conversation: ConversationId,
    id: MessageId,
) -> Result<Place, Error> {
    let row = sqlx::query!(
        r#"select m.parent_id as "parent_id: MessageId", m.role as "role?", m.status as "status?", r.running as "running!"
           from (select count(*) as running from generations where conversation_id = $2 and status = 'running') r
                left join messages m on m.id = $1 and m.conversation_id = $2"#,
        id.0,
        conversation.0,
    )
    .fetch_one(tx.conn())
    .await?;
    let node = match (row.role, row.status) {
        (Some(role), Some(status)) => Some(Node {
            parent_id: row.parent_id,
            speaker: Speaker::from_code(&role).ok_or_else(|| unknown("role", &role))?,
            status: MessageStatus::from_code(&status).ok_or_else(|| unknown("status", &status))?,
        }),
        _ => None,
    };
    Ok(Place {
        node,
        running: usize::try_from(row.running).unwrap_or(usize::MAX),
    })
}

pub async fn body_of(tx: &mut Tx, id: MessageId) -> Result<String, Error> {
    sqlx::query_scalar!("select body from messages where id = $1", id.0)
        .fetch_one(tx.conn())
        .await
}

/// Makes every message above this one show the way to it. Walks up to the first message: about a
/// millisecond for 500 of them.
pub async fn show_way_to(tx: &mut Tx, id: MessageId) -> Result<(), Error> {
    sqlx::query!(
        "with recursive way as (
             select id, parent_id, shown_child_id, shown_child_id as below from messages where id = $1
             union all
             select m.id, m.parent_id, m.shown_child_id, way.id
             -- A limit keeps the planner from reading the whole table at each step.
             from way join lateral (select * from messages where id = way.parent_id limit 1) m on true
         )
         update messages m set shown_child_id = way.below from way
         where m.id = way.id and way.shown_child_id is distinct from way.below",
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes the end of the branch last shown below a message the head.
pub async fn move_head_below(
    tx: &mut Tx,
    conversation: ConversationId,
    id: MessageId,
) -> Result<(), Error> {
    sqlx::query!(
        "with recursive way as (
             select id, shown_child_id from messages where id = $2
             union all
             -- A limit keeps the planner from reading the whole table at each step.
             select m.id, m.shown_child_id
             from way join lateral (select * from messages where id = way.shown_child_id limit 1) m on true
         )
         update conversations set head_id = (select id from way where shown_child_id is null) where id = $1",
        conversation.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
