//! Messages as shown: by one path, whether they are stored, being written, or just sent.

use kernel::{Db, Page};
use time::OffsetDateTime;

use crate::{
    ConversationId, Engine, Failure, GenerationId, MessageBody, MessageId, MessageStatus,
    MessageView, Sent, Speaker,
    codes::{Code, unknown},
    engine::Run,
    error::Error,
    markdown,
};

struct Row {
    id: MessageId,
    parent_id: Option<MessageId>,
    role: String,
    status: String,
    body: String,
    html: Option<String>,
    html_version: Option<i16>,
    generation: Option<GenerationId>,
    failure: Option<String>,
    model_name: Option<String>,
    created_at: OffsetDateTime,
}

/// The branch that ends at `leaf`, at most `size` messages of it, oldest first; `next` names the
/// oldest one shown when there are older ones.
pub async fn branch(
    engine: &Engine,
    conversation: ConversationId,
    leaf: Option<MessageId>,
    size: usize,
) -> Result<Page<MessageView, MessageId>, Error> {
    let rows = match leaf {
        Some(leaf) => rows(engine.db(), conversation, leaf, size).await?,
        None => Vec::new(),
    };
    let next = rows
        .last()
        .filter(|oldest| oldest.parent_id.is_some())
        .map(|oldest| oldest.id);
    let mut items = rows
        .into_iter()
        .map(|row| view(engine, row))
        .collect::<Result<Vec<_>, _>>()?;
    items.reverse();
    Ok(Page { items, next })
}

/// Newest first.
async fn rows(
    db: &Db,
    conversation: ConversationId,
    leaf: MessageId,
    size: usize,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"with recursive branch as (
               select m.id, m.parent_id, 1 as depth from messages m where m.id = $1 and m.conversation_id = $2
               union all
               select m.id, m.parent_id, b.depth + 1
               from messages m join branch b on m.id = b.parent_id where b.depth < $3
           )
           select m.id as "id!: MessageId", m.parent_id as "parent_id: MessageId", m.role as "role!",
                  m.status as "status!",
                  -- An answer with current HTML needs no text.
                  case when m.html_version = $4 then ''
                       when m.status = 'streaming' then m.body || coalesce(
                           (select string_agg(p.text, '' order by p.position) from answer_pieces p
                            where p.generation_id = g.id), '')
                       else m.body end as "body!",
                  m.html, m.html_version, g.id as "generation?: GenerationId", g.failure,
                  models.name as "model_name?", m.created_at as "created_at!"
           from branch b join messages m on m.id = b.id
                left join generations g on g.message_id = m.id left join models on models.id = g.model_id
           order by b.depth"#,
        leaf.0,
        conversation.0,
        i32::try_from(size).unwrap_or(i32::MAX),
        markdown::VERSION,
    )
    .fetch_all(db.pool())
    .await
}

fn view(engine: &Engine, row: Row) -> Result<MessageView, Error> {
    let speaker = Speaker::from_code(&row.role).ok_or_else(|| unknown("role", &row.role))?;
    let status =
        MessageStatus::from_code(&row.status).ok_or_else(|| unknown("status", &row.status))?;
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
        siblings: None,
        model_name: row.model_name,
        created_at: row.created_at,
    })
}

/// What a fresh request made, without asking the database again.
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
    let mut items = branch(engine, conversation_id, answer, 2)
        .await?
        .items
        .into_iter();
    Ok(match (items.next(), items.next()) {
        (Some(message), Some(answer)) => Some(Sent {
            conversation_id,
            message,
            answer,
        }),
        _ => None,
    })
}
