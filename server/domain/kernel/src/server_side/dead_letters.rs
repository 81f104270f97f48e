//! Events that a consumer could not handle, however often it tried: put aside, so that what
//! follows is not held up, and kept until somebody replays them.

use super::{db::Db, event::Recorded};

/// The most that is kept of what went wrong, in characters.
const ERROR_CHARS: usize = 500;

/// An event that was put aside for one of its consumers.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Which consumer, by its name in the inbox.
    pub consumer: String,
    /// How often it has tried.
    pub attempts: i32,
    /// Why it failed the last time.
    pub error: String,
    /// The event.
    pub event: Recorded,
}

/// Puts an event aside for a consumer. One that is there already takes the new error, and the
/// attempts are added.
///
/// # Errors
/// When the database cannot be reached.
pub async fn bury(
    db: &Db,
    consumer: &str,
    event: &Recorded,
    attempts: i32,
    error: &str,
) -> Result<(), sqlx::Error> {
    let error: String = error.chars().take(ERROR_CHARS).collect();
    sqlx::query!(
        "insert into dead_letters
             (consumer, event_id, kind, aggregate_id, data, traceparent, occurred_at, attempts, error, failed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (consumer, event_id) do update
         set attempts = dead_letters.attempts + excluded.attempts, error = excluded.error, failed_at = excluded.failed_at",
        consumer,
        event.id,
        event.kind,
        event.aggregate_id,
        event.data,
        event.traceparent,
        event.occurred_at,
        attempts,
        error,
        db.now(),
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The oldest that are there, in the order in which their facts became true.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(
    db: &Db,
    consumer: Option<&str>,
    limit: i64,
) -> Result<Vec<DeadLetter>, sqlx::Error> {
    let rows = sqlx::query!(
        "select consumer, event_id, kind, aggregate_id, data, traceparent, occurred_at, attempts, error
         from dead_letters where $1::text is null or consumer = $1
         order by occurred_at, event_id, consumer limit $2",
        consumer,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    let letters = rows.into_iter().map(|row| DeadLetter {
        consumer: row.consumer,
        attempts: row.attempts,
        error: row.error,
        event: Recorded {
            id: row.event_id,
            kind: row.kind,
            aggregate_id: row.aggregate_id,
            data: row.data,
            traceparent: row.traceparent,
            occurred_at: row.occurred_at,
            attempts: row.attempts,
        },
    });
    Ok(letters.collect())
}

/// How many there are.
///
/// # Errors
/// When the database cannot be reached.
pub async fn count(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from dead_letters"#)
        .fetch_one(db.pool())
        .await
}

/// It has been handled after all.
///
/// # Errors
/// When the database cannot be reached.
pub async fn remove(db: &Db, letter: &DeadLetter) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from dead_letters where consumer = $1 and event_id = $2",
        letter.consumer,
        letter.event.id,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}
