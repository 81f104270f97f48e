//! Events waiting to be published, written in the transaction that makes them true.

use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    db::{Db, Internal},
    event::{Event, Recorded},
    trace,
};

/// The advisory lock of the one relay at work ("relay" in ASCII).
const RELAY_LOCK: i64 = 0x72_65_6c_61_79;

pub(super) async fn insert<E: Event>(
    conn: &mut PgConnection,
    id: Uuid,
    now: OffsetDateTime,
    event: &E,
) -> Result<(), Internal> {
    sqlx::query!(
        "insert into outbox (id, kind, aggregate_id, data, traceparent, occurred_at, next_attempt_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        id,
        E::TYPE,
        event.aggregate_id(),
        serde_json::to_value(event)?,
        trace::current_traceparent(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The oldest unpublished events that are due, at most one per aggregate, so that the events of
/// one aggregate are delivered in order while different aggregates go side by side.
pub async fn due(db: &Db, limit: i64) -> Result<Vec<Recorded>, sqlx::Error> {
    sqlx::query_as!(
        Recorded,
        "select id, kind, aggregate_id, data, traceparent, occurred_at, attempts
         from (select distinct on (aggregate_id) *
               from outbox where published_at is null
               order by aggregate_id, seq) as heads
         where next_attempt_at <= $1
         order by seq limit $2",
        db.now(),
        limit,
    )
    .fetch_all(db.pool())
    .await
}

/// The event has reached every consumer.
pub async fn published(db: &Db, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update outbox set published_at = $2 where id = $1",
        id,
        db.now()
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Delivery failed: try again at `next`. What failed is in the log; `error` is a short note.
pub async fn failed(
    db: &Db,
    id: Uuid,
    next: OffsetDateTime,
    error: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update outbox set attempts = attempts + 1, next_attempt_at = $2, last_error = $3 where id = $1",
        id,
        next,
        error,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Deletes events published before `before`; returns how many.
pub async fn prune(db: &Db, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
    let mut tx = db.begin().await?;
    sqlx::query!(
        "delete from inbox where event_id in (select id from outbox where published_at < $1)",
        before
    )
    .execute(tx.conn())
    .await?;
    let gone = sqlx::query!("delete from outbox where published_at < $1", before)
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}

/// A connection of its own that makes this process's relay the one at work until it is closed;
/// `None` while another's is.
pub async fn lead_relay(db: &Db) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut lock = PgConnection::connect_with(&db.pool().connect_options()).await?;
    let held = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "held!""#, RELAY_LOCK)
        .fetch_one(&mut lock)
        .await?;
    Ok(held.then_some(lock))
}
