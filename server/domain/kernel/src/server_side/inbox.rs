//! What each consumer has already seen: an event takes effect once.

use time::OffsetDateTime;
use uuid::Uuid;

use super::db::Tx;

/// Marks the event as consumed in the consumer's own transaction, so that its effect and its
/// consumption commit together. `false` when it had been consumed before: do nothing then.
pub async fn first_time(tx: &mut Tx, consumer: &str, event: Uuid) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into inbox (consumer, event_id, consumed_at) values ($1, $2, $3) on conflict do nothing",
        consumer,
        event,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the consumer has seen the event: for a cheap look before costly work.
pub async fn has_seen(
    db: &super::db::Db,
    consumer: &str,
    event: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists(select 1 from inbox where consumer = $1 and event_id = $2) as "seen!""#,
        consumer,
        event,
    )
    .fetch_one(db.pool())
    .await
}

/// Forgets all that a consumer has seen, when its effects are removed in the same transaction.
pub async fn forget(tx: &mut Tx, consumer: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from inbox where consumer = $1", consumer)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets what was consumed before `before`; returns how much. Of an event that is still to be
/// published nothing is forgotten: it will come again. `before` must be earlier than anything that
/// a broker can still hand out.
pub async fn prune(db: &super::db::Db, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query!(
        "delete from inbox where consumed_at < $1 and not exists
             (select 1 from outbox where outbox.id = inbox.event_id and outbox.published_at is null)",
        before,
    )
    .execute(db.pool())
    .await?;
    Ok(gone.rows_affected())
}
