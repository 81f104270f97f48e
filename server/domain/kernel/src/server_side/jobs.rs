//! Work apart from requests, queued in the transaction of its cause and run under a lease, at least
//! once: a job's command does no harm when it runs again.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    db::{Db, Internal, Tx},
    trace,
};
use crate::UserId;

/// A kind of work, with the ids that it needs: never what people wrote, an address or a secret.
pub trait Job: Serialize + DeserializeOwned + Send + Sync {
    /// `<domain>.<verb>`. Once released, its fields only grow.
    const KIND: &'static str;

    /// Whose account it is about: the job goes with it.
    fn about(&self) -> Option<UserId> {
        None
    }
}

/// What stands for the data of a job that comes by a schedule.
const SCHEDULED: &str = "scheduled";

/// A job that this process runs, until its lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Unique, and the same at each attempt.
    pub id: Uuid,
    /// See [`Job::KIND`].
    pub kind: String,
    /// The job itself.
    pub data: Value,
    /// The W3C trace context of what queued it.
    pub traceparent: Option<String>,
    /// Which attempt this is, from 1.
    pub attempts: i32,
    /// How long it has waited since it was due.
    pub late: Duration,
}

impl Claimed {
    /// The job, when it is a `J`.
    ///
    /// # Errors
    /// When the stored data does not fit the kind it claims to be.
    pub fn decode<J: Job>(&self) -> Result<Option<J>, Internal> {
        if self.kind != J::KIND {
            return Ok(None);
        }
        Ok(Some(J::deserialize(&self.data)?))
    }
}

impl Tx {
    /// Queues a job: it runs if and only if this transaction commits, and as soon as it has.
    pub async fn enqueue<J: Job>(&mut self, job: &J) -> Result<Uuid, Internal> {
        let now = self.now();
        self.enqueue_at(job, now).await
    }

    /// As [`Tx::enqueue`], to be run at a time to come.
    pub async fn enqueue_at<J: Job>(
        &mut self,
        job: &J,
        due: OffsetDateTime,
    ) -> Result<Uuid, Internal> {
        let (id, now) = (self.new_id(), self.now());
        sqlx::query!(
            "insert into jobs (id, kind, data, user_id, traceparent, created_at, due_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            id,
            J::KIND,
            serde_json::to_value(job)?,
            job.about().map(|user| user.0),
            trace::current_traceparent(),
            now,
            due,
        )
        .execute(self.conn())
        .await?;
        self.ring_for_jobs();
        Ok(id)
    }
}

/// Sees to it that a kind of job that comes by a schedule waits in the queue, once, however many
/// processes ask.
pub async fn schedule(db: &Db, kind: &str, due: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into jobs (id, kind, data, created_at, due_at) values ($1, $2, $3, $4, $5)
         on conflict (kind) where data = '\"scheduled\"' and finished_at is null do nothing",
        db.clock().uuid(),
        kind,
        Value::from(SCHEDULED),
        db.now(),
        due,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Takes at most `limit` jobs of these kinds that are due, those longest due first, for as long as
/// the lease. Kinds that a process does not know are left to those that do.
pub async fn claim(
    db: &Db,
    kinds: &[&str],
    lease: Duration,
    limit: i64,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let now = db.now();
    let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        r#"with mine as (
               select id, due_at from jobs
               where finished_at is null and due_at <= $1 and kind = any($2)
               order by due_at limit $3 for no key update skip locked)
           update jobs set due_at = $4, running_since = $1, attempts = attempts + 1
           from mine where jobs.id = mine.id
           returning jobs.id, kind, data, traceparent, attempts, mine.due_at as "was_due!""#,
        now,
        &kinds,
        limit,
        now + lease,
    )
    .fetch_all(db.pool())
    .await?;
    let claimed = rows.into_iter().map(|row| Claimed {
        id: row.id,
        kind: row.kind,
        data: row.data,
        traceparent: row.traceparent,
        attempts: row.attempts,
        late: now - row.was_due,
    });
    Ok(claimed.collect())
}

/// Holds the lease for longer; `false` when somebody else has the job by now, or it is gone.
pub async fn renew(db: &Db, job: &Claimed, lease: Duration) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update jobs set due_at = $3 where id = $1 and attempts = $2 and running_since is not null",
        job.id,
        job.attempts,
        db.now() + lease,
    )
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It failed too often, or for a reason that time does not mend.
    GivenUp,
}

impl Outcome {
    /// As it is stored, and as metrics name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::GivenUp => "given_up",
        }
    }
}

/// The job has ended. Does nothing when somebody else has it by now. `error` is a short note; what
/// failed is in the log.
pub async fn end(
    db: &Db,
    job: &Claimed,
    outcome: Outcome,
    error: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update jobs set finished_at = $3, outcome = $4, last_error = coalesce($5, last_error),
                         running_since = null
         where id = $1 and attempts = $2 and running_since is not null",
        job.id,
        job.attempts,
        db.now(),
        outcome.as_str(),
        error,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The job comes again at `due`: because it failed, with a short note of why, or, without one, by its
/// schedule, as if it had never been begun.
pub async fn again(
    db: &Db,
    job: &Claimed,
    due: OffsetDateTime,
    error: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update jobs set due_at = $3, running_since = null, last_error = $4,
                         attempts = case when $4::text is null then 0 else attempts end
         where id = $1 and attempts = $2 and running_since is not null",
        job.id,
        job.attempts,
        due,
        error,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Deletes what has ended before `before`; returns how many.
pub async fn prune(db: &Db, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query!("delete from jobs where finished_at < $1", before)
        .execute(db.pool())
        .await?;
    Ok(gone.rows_affected())
}
