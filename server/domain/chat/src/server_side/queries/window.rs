//! A stretch of a branch, around one of its messages.

use std::{collections::HashMap, ops::RangeInclusive};

use kernel::id::Uuid;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::message_views::view;
use crate::{
    ConversationId, Engine, GenerationId, MessageId, MessageView, Siblings, error::Error, markdown,
};

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

/// A message of a window as stored.
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
    pub is_one_of_many: bool,
}

/// What is around a message, on the branch last shown there: `reach` counts from the message, up
/// to what came before it (negative) and down to what followed.
///
/// # Errors
/// [`Error::NotFound`] when the conversation has no such message.
pub async fn window(
    connection: &mut PgConnection,
    engine: &Engine,
    conversation: ConversationId,
    message: MessageId,
    reach: RangeInclusive<i32>,
) -> Result<Shown, Error> {
    let mut rows = rows(&mut *connection, conversation, message, &reach).await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    rows.retain(|row| reach.contains(&row.at));
    let mut siblings = siblings(connection, conversation, &rows).await?;
    let earlier = rows.first().filter(|first| first.parent_id.is_some());
    let later = rows.last().filter(|last| last.shown_child_id.is_some());
    Ok(Shown {
        earlier: earlier.map(|row| row.id),
        later: later.map(|row| row.id),
        messages: rows
            .into_iter()
            .map(|row| {
                let siblings = siblings.remove(&row.id);
                view(engine, row, siblings)
            })
            .collect::<Result<_, _>>()?,
    })
}

/// Oldest first, and always the message itself: without it there is no such window. Costs a few
/// look-ups for each message of the window, however long the conversation is.
async fn rows(
    connection: &mut PgConnection,
    conversation: ConversationId,
    message: MessageId,
    reach: &RangeInclusive<i32>,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"with recursive up as (
               select messages.*, 0 as at from messages where id = $1 and conversation_id = $2
               union all
               -- A limit keeps the planner from reading a whole table at each step.
               select m.*, up.at - 1
               from up join lateral (select * from messages where id = up.parent_id limit 1) m on true
               where up.at > $3
           ), down as (
               select messages.*, 0 as at from messages where id = $1 and conversation_id = $2
               union all
               select m.*, down.at + 1
               from down join lateral (select * from messages where id = down.shown_child_id limit 1) m on true
               where down.at < $4
           ), m as (
               select * from up
               union all
               select * from down where at > 0
           )
           select m.id as "id!: MessageId", m.parent_id as "parent_id: MessageId",
                  m.shown_child_id as "shown_child_id: MessageId", m.at as "at!",
                  m.role as "role!", m.status as "status!",
                  -- An answer with current HTML needs no text.
                  case when m.html_version = $5 then ''
                       when m.status = 'streaming' then m.body || coalesce(
                           (select string_agg(p.text, '' order by p.position) from answer_pieces p
                            where p.generation_id = g.id), '')
                       else m.body end as "body!",
                  m.html, m.html_version, g.id as "generation?: GenerationId", g.failure as "failure?",
                  models.name as "model_name?", m.created_at as "created_at!",
                  case when m.parent_id is null then exists (
                           select from messages s
                           where s.conversation_id = $2 and s.parent_id is null and s.id <> m.id)
                       else exists (select from messages s where s.parent_id = m.parent_id and s.id <> m.id)
                       end as "is_one_of_many!"
           from m left join lateral (
                    select id, failure, model_id from generations where message_id = m.id limit 1) g on true
                left join models on models.id = g.model_id
           order by m.at"#,
        message.0,
        conversation.0,
        *reach.start(),
        *reach.end(),
        markdown::VERSION,
    )
    .fetch_all(connection)
    .await
}

/// The places of those messages that are one of many: mostly there are none, and nothing is asked.
async fn siblings(
    connection: &mut PgConnection,
    conversation: ConversationId,
    rows: &[Row],
) -> Result<HashMap<MessageId, Siblings>, sqlx::Error> {
    let one_of_many = || rows.iter().filter(|row| row.is_one_of_many);
    if one_of_many().next().is_none() {
        return Ok(HashMap::new());
    }
    let parents: Vec<Uuid> = one_of_many()
        .filter_map(|row| Some(row.parent_id?.0))
        .collect();
    let places = sqlx::query!(
        r#"with family as (
               select id, parent_id, created_at from messages where parent_id = any ($1)
               union all
               select id, parent_id, created_at from messages
               where conversation_id = $2 and parent_id is null and $3
           )
           select id as "id!: MessageId", row_number() over siblings as "position!",
                  count(*) over (partition by parent_id) as "count!",
                  lag(id) over siblings as "previous: MessageId",
                  lead(id) over siblings as "next: MessageId"
           from family
           window siblings as (partition by parent_id order by created_at, id)"#,
        &parents,
        conversation.0,
        one_of_many().any(|row| row.parent_id.is_none()),
    )
    .fetch_all(connection)
    .await?;
    let place = |place: i64| u32::try_from(place).unwrap_or(u32::MAX);
    Ok(places
        .into_iter()
        .map(|row| {
            let siblings = Siblings {
                position: place(row.position),
                count: place(row.count),
                previous: row.previous,
                next: row.next,
            };
            (row.id, siblings)
        })
        .collect())
}
