//! Messages as shown: by one path, whether they are stored, being written, or just sent.

use time::OffsetDateTime;

use super::window::{Row, window};
use crate::{
    ConversationId, Engine, Failure, MessageBody, MessageId, MessageStatus, MessageView, Sent,
    Siblings, Speaker,
    codes::{Code, unknown},
    engine::Run,
    error::Error,
    markdown,
};

/// One message as shown; `siblings` when it is not the only one in its place.
pub fn view(engine: &Engine, row: Row, siblings: Option<Siblings>) -> Result<MessageView, Error> {
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
    let mut connection = engine.db().pool().acquire().await?;
    let answer = sqlx::query_scalar!(
        r#"select id as "id: MessageId" from messages where parent_id = $1 and role = 'assistant'
           order by created_at, id limit 1"#,
        message.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(answer) = answer else {
        return Ok(None);
    };
    let mut both = window(&mut connection, engine, conversation_id, answer, -1..=0)
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
