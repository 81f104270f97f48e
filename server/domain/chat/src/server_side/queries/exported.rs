//! What an export takes along of a person's conversations, for the site itself. Read in order and piece by
//! piece, however much there is.

use futures::{Stream, TryStreamExt};
use kernel::{Actor, Db, UserId};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{ConversationId, MessageId, error::Error};

/// A conversation without its messages. Deleted ones that can still be brought back are among them.
#[derive(Debug, Serialize)]
pub struct ExportedConversation {
    /// Which.
    pub id: ConversationId,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When something was last said.
    #[serde(with = "time::serde::rfc3339")]
    pub active_at: OffsetDateTime,
    /// When it was taken out of the list.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// A message with what its answer took.
#[derive(Serialize)]
pub struct ExportedMessage {
    /// Which.
    pub id: MessageId,
    /// The one that it follows: versions of a message have the same.
    pub parent_id: Option<MessageId>,
    /// `user` or `assistant`.
    pub role: String,
    /// As pages show it.
    pub status: String,
    /// As it was written.
    pub body: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// The model that answered.
    pub model: Option<String>,
    /// Tokens that the model read.
    pub input_tokens: Option<i64>,
    /// Tokens that it wrote.
    pub output_tokens: Option<i64>,
    /// Micro-USD.
    pub cost: Option<i64>,
}

/// What a model was used for in a month.
#[derive(Debug, Serialize)]
pub struct ExportedUsage {
    /// As in `2026-11`.
    pub month: String,
    /// Its name.
    pub model: String,
    /// How many it wrote.
    pub answers: i64,
    /// Tokens that it read.
    pub input_tokens: i64,
    /// Tokens that it wrote.
    pub output_tokens: i64,
    /// Micro-USD, where it has a price.
    pub cost: i64,
}

/// How many messages there are.
///
/// # Errors
/// [`Error::NotAllowed`] for everybody but the system.
pub async fn count(db: &Db, actor: Actor, user: UserId) -> Result<i64, Error> {
    only_the_site(actor)?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from messages
           join conversations on conversations.id = conversation_id where user_id = $1"#,
        user.0
    );
    Ok(count.fetch_one(db.pool()).await?)
}

/// Some of a person's conversations, in the order of their ids, after one of them.
///
/// # Errors
/// As [`count`].
pub async fn conversations(
    db: &Db,
    actor: Actor,
    user: UserId,
    after: Option<ConversationId>,
    at_most: i64,
) -> Result<Vec<ExportedConversation>, Error> {
    only_the_site(actor)?;
    let some = sqlx::query_as!(
        ExportedConversation,
        "select id, title, created_at, active_at, deleted_at from conversations
         where user_id = $1 and ($2::uuid is null or id > $2) order by id limit $3",
        user.0,
        after.map(|id| id.0),
        at_most,
    );
    Ok(some.fetch_all(db.pool()).await?)
}

/// The messages of a conversation, in all versions, in the order in which they were written.
///
/// # Errors
/// As [`count`], and in the stream when the database fails.
pub fn messages(
    db: &Db,
    actor: Actor,
    conversation: ConversationId,
) -> Result<impl Stream<Item = Result<ExportedMessage, Error>> + Send + '_, Error> {
    only_the_site(actor)?;
    let rows = sqlx::query_as!(
        ExportedMessage,
        r#"select m.id, m.parent_id as "parent_id: MessageId", m.role, m.status, m.body, m.created_at,
                  models.name as "model?", g.input_tokens as "input_tokens?",
                  g.output_tokens as "output_tokens?", g.cost as "cost?"
           from messages m left join generations g on g.message_id = m.id
                left join models on models.id = g.model_id
           where m.conversation_id = $1 order by m.created_at, m.id"#,
        conversation.0
    );
    Ok(rows.fetch(db.pool()).map_err(Error::from))
}

/// What each model was used for, by month.
///
/// # Errors
/// As [`count`].
pub async fn usage(db: &Db, actor: Actor, user: UserId) -> Result<Vec<ExportedUsage>, Error> {
    only_the_site(actor)?;
    let usage = sqlx::query_as!(
        ExportedUsage,
        r#"select to_char(started_at at time zone 'UTC', 'YYYY-MM') as "month!", name as model,
                  count(*) as "answers!", coalesce(sum(input_tokens), 0)::bigint as "input_tokens!",
                  coalesce(sum(output_tokens), 0)::bigint as "output_tokens!",
                  coalesce(sum(cost), 0)::bigint as "cost!"
           from generations join models on models.id = model_id
           where user_id = $1 group by 1, 2 order by 1, 2"#,
        user.0
    );
    Ok(usage.fetch_all(db.pool()).await?)
}

fn only_the_site(actor: Actor) -> Result<(), Error> {
    match actor {
        Actor::System => Ok(()),
        Actor::Nobody | Actor::Person { .. } => Err(Error::NotAllowed),
    }
}
