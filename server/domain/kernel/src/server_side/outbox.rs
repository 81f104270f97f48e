//! Events waiting to be published, written in the transaction that makes them true.

use std::time::Duration;

use serde_json::Value;
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    db::{Db, Internal},
    event::{Event, Recorded},
    trace,
};

/// So long the holder of the relay's lock may be silent (`idle_session_timeout`, Postgres 14).
pub const LEADER_SILENT: Duration = Duration::from_secs(6);

/// Rows deleted in one statement.
const PRUNED_AT_ONCE: i64 = 5_000;

/// The advisory lock of the one relay at work ("relay" in ASCII).
const RELAY_LOCK: i64 = 0x72_65_6c_61_79;

/// An event that its transaction will write.
pub(super) struct New {
    id: Uuid,
    kind: &'static str,
    aggregate_id: Uuid,
    data: Value,
    traceparent: Option<String>,
}

impl New {
    /// As of the current span.
    pub(super) fn of<E: Event>(id: Uuid, event: &E) -> Result<Self, Internal> {
        Ok(Self {
            id,
            kind: E::TYPE,
            aggregate_id: event.aggregate_id(),
            data: serde_json::to_value(event)?,
            traceparent: trace::current_traceparent(),
        })
    }
}

/// Writes them, in their order.
pub(super) async fn insert(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    events: Vec<New>,
) -> Result<(), sqlx::Error> {
    let (mut ids, mut kinds, mut aggregates) = (vec![], vec![], vec![]);
    let (mut data, mut traces) = (vec![], vec![]);
    for event in events {
        ids.push(event.id);
        kinds.push(event.kind.to_owned());
        aggregates.push(event.aggregate_id);
        data.push(event.data);
        traces.push(event.traceparent);
    }
    sqlx::query!(
        "insert into outbox (id, kind, aggregate_id, data, traceparent, occurred_at, next_attempt_at)
         select id, kind, aggregate_id, data, traceparent, $6, $6
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::jsonb[], $5::text[]) with ordinality
             as event (id, kind, aggregate_id, data, traceparent, place)
         order by place",
        &ids,
        &kinds,
        &aggregates,
        &data,
        &traces as &[Option<String>],
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

/// The oldest unpublished events of all aggregates, in the order of writing: for a relay that keeps
/// the order itself.
pub async fn unpublished(db: &Db, limit: i64) -> Result<Vec<Recorded>, sqlx::Error> {
    sqlx::query_as!(
        Recorded,
        "select id, kind, aggregate_id, data, traceparent, occurred_at, attempts
         from outbox where published_at is null order by seq limit $1",
        limit,
    )
    .fetch_all(db.pool())
    .await
}

/// The events are where their consumers find them.
pub async fn all_published(db: &Db, ids: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update outbox set published_at = $2 where id = any($1)",
        ids,
        db.now()
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// What waits to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// How many events.
    pub pending: i64,
    /// When the oldest of them became true.
    pub oldest: Option<OffsetDateTime>,
}

/// How much waits to be published.
pub async fn backlog(db: &Db) -> Result<Backlog, sqlx::Error> {
    sqlx::query_as!(
        Backlog,
        r#"select count(*) as "pending!", min(occurred_at) as oldest
           from outbox where published_at is null"#,
    )
    .fetch_one(db.pool())
    .await
}

/// Deletes events published before `before`, some thousands at a time; returns how many.
pub async fn prune(db: &Db, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
    let mut gone = 0;
    loop {
        let some = sqlx::query!(
            "delete from outbox where id in (select id from outbox where published_at < $1 limit $2)",
            before,
            PRUNED_AT_ONCE,
        )
        .execute(db.pool())
        .await?
        .rows_affected();
        gone += some;
        if some < PRUNED_AT_ONCE.unsigned_abs() {
            return Ok(gone);
        }
    }
}

/// A connection of its own that makes this process's relay the one at work until it is closed;
/// `None` while another's is.
///
/// Whoever holds it must use it more often than every [`LEADER_SILENT`]: otherwise Postgres closes
/// it, because a process that hangs or cannot be reached must not hold up the events for ever.
pub async fn lead_relay(db: &Db) -> Result<Option<PgConnection>, sqlx::Error> {
    let silent = LEADER_SILENT.as_millis().to_string();
    let options = db.pool().connect_options().as_ref().clone();
    let options = options.options([("idle_session_timeout", silent)]);
    let mut lock = PgConnection::connect_with(&options).await?;
    let held = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "held!""#, RELAY_LOCK)
        .fetch_one(&mut lock)
        .await?;
    Ok(held.then_some(lock))
}

/// What waits to be done by whoever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Events to be published.
    pub events: bool,
    /// Jobs that are due and that nobody runs.
    pub jobs: bool,
}

/// Shows Postgres that the holder of the lead lives, and tells what waits: one question for all, so that an idle
/// site asks little.
pub async fn still_leads(db: &Db, lock: &mut PgConnection) -> Result<Waiting, sqlx::Error> {
    sqlx::query_as!(
        Waiting,
        r#"select exists(select 1 from outbox where published_at is null) as "events!",
                  exists(select 1 from jobs where finished_at is null and due_at <= $1) as "jobs!""#,
        db.now(),
    )
    .fetch_one(lock)
    .await
}
