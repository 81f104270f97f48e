use kernel::{Actor, Db};

use super::list_conversations::microseconds;
use crate::{ConversationId, ConversationSummary, error::Error, model::search::patterns};

/// More than this are not listed: whoever looks for one of them types another word.
const MOST: i64 = 20;

/// The person's conversations whose title contains every word of `text`, in any case and order,
/// newest first. Without a word, the newest.
///
/// Reads along the index of the person's list, so it costs at most as much as they have
/// conversations.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "chat.search_conversations", skip_all)]
pub async fn search_conversations(
    db: &Db,
    actor: Actor,
    text: &str,
) -> Result<Vec<ConversationSummary>, Error> {
    let user = actor.person()?;
    let Some(patterns) = patterns(text) else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query!(
        r#"select id as "id: ConversationId", title, active_at from conversations
           where user_id = $1 and deleted_at is null and title ilike all ($2)
           order by active_at desc, id desc limit $3"#,
        user.0,
        &patterns,
        MOST,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ConversationSummary {
            id: row.id,
            title: row.title,
            active_at_us: microseconds(row.active_at),
        })
        .collect())
}
