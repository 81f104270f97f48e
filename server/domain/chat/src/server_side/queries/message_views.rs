//! Messages as shown: by one path, whether they are stored, being written, or just sent.

use std::ops::RangeInclusive;

use kernel::Db;
use time::OffsetDateTime;

use crate::{
    ConversationId, Engine, Failure, GenerationId, MessageBody, MessageId, MessageStatus,
    MessageView, Sent, Siblings, Speaker,
    codes::{Code, unknown},
    engine::Run,
    error::Error,
    markdown,
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

struct Row {
    id: MessageId,
    parent_id: Option<MessageId>,
    shown_child_id: Option<MessageId>,
    at: i32,
    role: String,
    status: String,
    body: String,
    html: Option<String>,
    html_version: Option<i16>,
    generation: Option<GenerationId>,
    failure: Option<String>,
    model_name: Option<String>,
    created_at: OffsetDateTime,
    position: i64,
    count: i64,
    previous: Option<MessageId>,
    next: Option<MessageId>,
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
               select m.id, m.parent_id, up.at - 1 from up join messages m on m.id = up.parent_id where up.at > $3
           ), down as (
               select id, parent_id, shown_child_id, 0 as at from messages where id = $1 and conversation_id = $2
               union all
               select m.id, m.parent_id, m.shown_child_id, down.at + 1
               from down join messages m on m.id = down.shown_child_id where down.at < $4
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

/// `None` when there is no other.
fn siblings(row: &Row) -> Option<Siblings> {
    (row.count > 1).then(|| Siblings {
        position: u32::try_from(row.position).unwrap_or(u32::MAX),
        count: u32::try_from(row.count).unwrap_or(u32::MAX),
        previous: row.previous,
        next: row.next,
    })
}

fn view(engine: &Engine, row: Row) -> Result<MessageView, Error> {
    let speaker = Speaker::from_code(&row.role).ok_or_else(|| unknown("role", &row.role))?;
    let status =
        MessageStatus::from_code(&row.status).ok_or_else(|| unknown("status", &row.status))?;
    let siblings = siblings(&row);
    let (mut html, mut text, mut position) = (String::new(), String::new(), 0);
    match (speaker, row.html) {
        (Speaker::User, _) => text = row.body,
        (_, Some(stored)) if row.html_version == Some(markdown::VERSION) => html = stored,
        (_, _) if status == MessageStatus::Streaming => {
            (html, position) = row.generation.and_then(|id| engine.live(id)).map_or_else(
                || (markdown::to_open_html(&row.body), row.body.len()),
                |live| live.html(),
            );
        }
        _ => html = markdown::to_html(&row.body),
    }
    Ok(MessageView {
        id: row.id,
        speaker,
        status,
        html,
        text,
        generation: row.generation,
        position,
        failure: row
            .failure
            .map(|f| Failure::from_code(&f).unwrap_or(Failure::Internal)),
        siblings,
        model_name: row.model_name,
        created_at: row.created_at,
    })
}

/// What a message after the head made, without asking the database again: there is nothing beside
/// it.
pub fn just_sent(run: &Run, body: &MessageBody, at: OffsetDateTime) -> Sent {
    let message = MessageView {
        id: run.question_id,
        speaker: Speaker::User,
        status: MessageStatus::Complete,
        html: String::new(),
        text: body.as_str().to_owned(),
        generation: None,
        position: 0,
        failure: None,
        siblings: None,
        model_name: None,
        created_at: at,
    };
    let answer = MessageView {
        id: run.answer_id,
        speaker: Speaker::Assistant,
        status: MessageStatus::Streaming,
        text: String::new(),
        generation: Some(run.generation_id),
        model_name: Some(run.model.name.clone()),
        ..message.clone()
    };
    Sent {
        conversation_id: run.conversation_id,
        message,
        answer,
    }
}

/// What an earlier request with the same message id made.
pub async fn sent_before(
    engine: &Engine,
    conversation_id: ConversationId,
    message: MessageId,
) -> Result<Option<Sent>, Error> {
    let answer = sqlx::query_scalar!(
        r#"select id as "id: MessageId" from messages where parent_id = $1 and role = 'assistant'
           order by created_at, id limit 1"#,
        message.0,
    )
    .fetch_optional(engine.db().pool())
    .await?;
    let Some(answer) = answer else {
        return Ok(None);
    };
    let mut both = window(engine, conversation_id, answer, -1..=0)
        .await?
        .messages
        .into_iter();
    Ok(match (both.next(), both.next()) {
        (Some(message), Some(answer)) => Some(Sent {
            conversation_id,
            message,
            answer,
        }),
        _ => None,
    })
}
