use kernel::{Actor, Db};
use payments::{UsageLine, queries::my_charges};

use crate::{ConversationId, MessageId, error::Error};

/// What an answer used and cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerCost {
    /// Where it stands.
    pub conversation_id: ConversationId,
    /// Who gave it.
    pub model_name: String,
    /// What is noted of it; `None` while it is being written, and of one from before any was.
    pub usage: Option<UsageLine>,
}

/// Tells the tokens and the cost of an answer.
///
/// # Errors
/// [`Error::NotFound`] when it is no answer of this person's, or its conversation is deleted.
#[tracing::instrument(name = "chat.answer_cost", skip_all, fields(message = %id))]
pub async fn answer_cost(db: &Db, actor: Actor, id: MessageId) -> Result<AnswerCost, Error> {
    let user = actor.person()?;
    let run = sqlx::query!(
        r#"select g.id, c.id as "conversation_id: ConversationId", o.name
           from messages m join conversations c on c.id = m.conversation_id
                join generations g on g.message_id = m.id join models o on o.id = g.model_id
           where m.id = $1 and c.user_id = $2 and c.deleted_at is null"#,
        id.0,
        user.0,
    );
    let run = run.fetch_optional(db.pool()).await?;
    let run = run.ok_or(Error::NotFound)?;
    let mut charges = my_charges(db, actor, &[run.id]).await?;
    Ok(AnswerCost {
        conversation_id: run.conversation_id,
        model_name: run.name,
        usage: charges.pop(),
    })
}
