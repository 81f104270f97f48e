use kernel::id::Uuid;
use kernel::{Actor, Db, Page};
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{ConversationId, ConversationList, ConversationSummary, ListCursor, error::Error};

/// Conversations on a page of the list.
const SIZE: usize = 30;

/// A person's conversations, newest first, from `after` on.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "chat.list_conversations", skip_all)]
pub async fn list_conversations(
    db: &Db,
    actor: Actor,
    after: Option<ListCursor>,
) -> Result<ConversationList, Error> {
    actor.person()?;
    list_conversations_in(&mut *db.pool().acquire().await?, actor, after).await
}

/// The same by `connection`.
pub async fn list_conversations_in(
    connection: &mut PgConnection,
    actor: Actor,
    after: Option<ListCursor>,
) -> Result<ConversationList, Error> {
    let user = actor.person()?;
    let (at, id) = match after {
        Some(cursor) => (time_of(cursor), cursor.id.0),
        // Later than any: the far end of what Postgres can hold is beyond what `time` can.
        None => (
            OffsetDateTime::from_unix_timestamp(253_402_300_799).ok(),
            Uuid::max(),
        ),
    };
    let rows = sqlx::query!(
        r#"select id as "id: ConversationId", title, active_at from conversations
           where user_id = $1 and deleted_at is null and (active_at, id) < ($2, $3)
           order by active_at desc, id desc limit $4"#,
        user.0,
        at,
        id,
        SIZE as i64 + 1,
    )
    .fetch_all(connection)
    .await?;
    let summaries = rows
        .into_iter()
        .map(|row| ConversationSummary {
            id: row.id,
            title: row.title,
            active_at_us: microseconds(row.active_at),
        })
        .collect();
    Ok(Page::from_rows(summaries, SIZE, |last| ListCursor {
        active_at_us: last.active_at_us,
        id: last.id,
    }))
}

/// As views tell a time.
pub(super) fn microseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

/// A cursor beyond the calendar continues nothing: the comparison with null is never true.
fn time_of(cursor: ListCursor) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(cursor.active_at_us) * 1_000).ok()
}
