use kernel::{Actor, Db};

use crate::{MessageId, error::Error};

/// A message as it was written: Markdown in an answer, as far as it is stored.
///
/// # Errors
/// [`Error::NotFound`] when it is not this person's, or its conversation is deleted.
#[tracing::instrument(name = "chat.message_text", skip_all, fields(message = %id))]
pub async fn message_text(db: &Db, actor: Actor, id: MessageId) -> Result<String, Error> {
    let user = actor.person()?;
    let text = sqlx::query_scalar!(
        // An answer that is being written grows in pieces.
        r#"select m.body || coalesce(
                      (select string_agg(p.text, '' order by p.position)
                       from answer_pieces p join generations g on g.id = p.generation_id
                       where g.message_id = m.id and m.status = 'streaming'), '') as "text!"
           from messages m join conversations c on c.id = m.conversation_id
           where m.id = $1 and c.user_id = $2 and c.deleted_at is null"#,
        id.0,
        user.0,
    )
    .fetch_optional(db.pool())
    .await?;
    text.ok_or(Error::NotFound)
}
