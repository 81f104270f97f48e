//! A stretch of a branch, around one of its messages.

use std::ops::RangeInclusive;

use kernel::Db;
use time::OffsetDateTime;

use super::message_views::view;
use crate::{ConversationId, Engine, GenerationId, MessageId, MessageView, error::Error, markdown};

/// Messages of one window.
pub const WINDOW: i32 = 50;

/// A stretch of a branch.
pub struct Shown {
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// The first of them, when there are earlier ones.
    pub earlier: Option<MessageId>,
    /// The last of them, when there are later ones.
    pub later: Option<MessageId>,
}

/// A message of a window as stored, with its place among its siblings.
pub struct Row {
    pub id: MessageId,
    pub parent_id: Option<MessageId>,
    pub shown_child_id: Option<MessageId>,
    pub at: i32,
    pub role: String,
    pub status: String,
    pub body: String,
    pub html: Option<String>,
    pub html_version: Option<i16>,
    pub generation: Option<GenerationId>,
    pub failure: Option<String>,
    pub model_name: Option<String>,
    pub created_at: OffsetDateTime,
    pub position: i64,
    pub count: i64,
    pub previous: Option<MessageId>,
    pub next: Option<MessageId>,
}

/// What is around a message, on the branch last shown there: `reach` counts from the message, up
/// to what came before it (negative) and down to what followed.
///
/// # Errors
/// [`Error::NotFound`] when the conversation has no such message.
pub async fn window(
    engine: &Engine,
    conversation: ConversationId,
    message: MessageId,
    reach: RangeInclusive<i32>,
) -> Result<Shown, Error> {
    let mut rows = rows(engine.db(), conversation, message, &reach).await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    rows.retain(|row| reach.contains(&row.at));
    let earlier = rows.first().filter(|first| first.parent_id.is_some());
    let later = rows.last().filter(|last| last.shown_child_id.is_some());
    Ok(Shown {
        earlier: earlier.map(|row| row.id),
        later: later.map(|row| row.id),
        messages: rows
            .into_iter()
            .map(|row| view(engine, row))
            .collect::<Result<_, _>>()?,
    })
}

/// Oldest first, and always the message itself: without it there is no such window. Costs a few
/// look-ups for each message of the window, however long the conversation is.
async fn rows(
    db: &Db,
    conversation: ConversationId,
    message: MessageId,
    reach: &RangeInclusive<i32>,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"with recursive up as (
               select id, parent_id, 0 as at from messages where id = $1 and conversation_id = $2
               union all
               -- A limit keeps the planner from reading the whole table at each step.
               select m.id, m.parent_id, up.at - 1
               from up join lateral (select * from messages where id = up.parent_id limit 1) m on true
               where up.at > $3
           ), down as (
               select id, parent_id, shown_child_id, 0 as at from messages where id = $1 and conversation_id = $2
               union all
               select m.id, m.parent_id, m.shown_child_id, down.at + 1
               from down join lateral (select * from messages where id = down.shown_child_id limit 1) m on true
               where down.at < $4
           ), chosen as (
               select id, parent_id, at from up
               union all
               select id, parent_id, at from down where at > 0
           ), family as (
               select id, parent_id, created_at from messages
               where parent_id = any (array(select parent_id from chosen))
               union all
               select id, parent_id, created_at from messages
               where conversation_id = $2 and parent_id is null
                     and exists (select 1 from chosen where parent_id is null)
           ), siblings as (
               select id, row_number() over siblings as position,
                      count(*) over (partition by parent_id) as count,
                      lag(id) over siblings as previous, lead(id) over siblings as next
               from family
               window siblings as (partition by parent_id order by created_at, id)
           )
           select m.id as "id!: MessageId", m.parent_id as "parent_id: MessageId",
                  m.shown_child_id as "shown_child_id: MessageId", c.at as "at!",
                  m.role as "role!", m.status as "status!",
                  -- An answer with current HTML needs no text.
                  case when m.html_version = $5 then ''
                       when m.status = 'streaming' then m.body || coalesce(
                           (select string_agg(p.text, '' order by p.position) from answer_pieces p
                            where p.generation_id = g.id), '')
                       else m.body end as "body!",
                  m.html, m.html_version, g.id as "generation?: GenerationId", g.failure as "failure?",
                  models.name as "model_name?", m.created_at as "created_at!",
                  s.position as "position!", s.count as "count!",
                  s.previous as "previous: MessageId", s.next as "next: MessageId"
           from chosen c join messages m on m.id = c.id join siblings s on s.id = c.id
                left join generations g on g.message_id = m.id left join models on models.id = g.model_id
           order by c.at"#,
        message.0,
        conversation.0,
        *reach.start(),
        *reach.end(),
        markdown::VERSION,
    )
    .fetch_all(db.pool())
    .await
}
