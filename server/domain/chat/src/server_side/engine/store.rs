//! SQL of runs.

use kernel::{Db, Tx};
use sqlx::Error;
use time::Duration;

use super::{Run, follow::Ended};
use crate::{
    Failure, GenerationId, MessageId, MessageStatus, Speaker,
    codes::{Code, unknown},
    markdown,
    model_client::{Turn, Usage},
};

/// Messages of one branch, from `leaf` towards the root, as many as could fit any window.
const MOST_TURNS: i32 = 1_000;

/// What was said up to and including `leaf`, oldest first.
pub(super) async fn turns(db: &Db, leaf: MessageId) -> Result<Vec<Turn>, Error> {
    let rows = sqlx::query!(
        r#"with recursive branch as (
               select id, parent_id, role, body, 1 as depth from messages where id = $1
               union all
               select m.id, m.parent_id, m.role, m.body, b.depth + 1
               from messages m join branch b on m.id = b.parent_id where b.depth < $2
           )
           select role as "role!", body as "body!" from branch order by depth desc"#,
        leaf.0,
        MOST_TURNS,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let speaker =
                Speaker::from_code(&row.role).ok_or_else(|| unknown("role", &row.role))?;
            Ok(Turn {
                speaker,
                text: row.body,
            })
        })
        .collect()
}

/// Stores what has arrived of several answers, and renews the leases of all runs of this process,
/// in one commit. Returns the runs that somebody asks to stop.
pub(super) async fn save_progress(
    db: &Db,
    arrived: &[(MessageId, String)],
    running: &[GenerationId],
    lease: Duration,
) -> Result<Vec<GenerationId>, Error> {
    let ids: Vec<_> = arrived.iter().map(|(id, _)| id.0).collect();
    let bodies: Vec<_> = arrived.iter().map(|(_, body)| body.clone()).collect();
    let running: Vec<_> = running.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        r#"with saved as (
               update messages m set body = a.body
               from unnest($1::uuid[], $2::text[]) as a (id, body)
               where m.id = a.id and m.status = 'streaming'
           ), alive as (
               update generations set lease_until = $4 where id = any($3) and status = 'running'
               returning id, stop_requested
           )
           select id as "id!: GenerationId" from alive where stop_requested"#,
        &ids,
        &bodies,
        &running,
        db.now() + lease,
    )
    .fetch_all(db.pool())
    .await
}

/// The end of a run.
pub(super) struct Ending<'a> {
    pub(super) status: MessageStatus,
    pub(super) failure: Option<Failure>,
    pub(super) text: &'a str,
    /// None when it could not be rendered: whoever reads it tries again.
    pub(super) html: Option<&'a str>,
    pub(super) usage: Usage,
    pub(super) usage_estimated: bool,
    pub(super) cost: Option<i64>,
}

impl Ending<'_> {
    /// The run's outcome, as stored and published.
    pub(super) fn outcome(&self) -> &'static str {
        match self.status {
            MessageStatus::Complete => "completed",
            MessageStatus::Stopped => "stopped",
            MessageStatus::Interrupted => "interrupted",
            MessageStatus::Failed | MessageStatus::Streaming => "failed",
        }
    }
}

/// Stores the end of a run; `false` when somebody else has ended it, because its lease ran out.
pub(super) async fn finish(tx: &mut Tx, run: &Run, ending: &Ending<'_>) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update generations set status = $2, failure = $3, finished_at = $4, input_tokens = $5,
                output_tokens = $6, usage_estimated = $7, cost = $8
         where id = $1 and status = 'running'",
        run.generation_id.0,
        ending.outcome(),
        ending.failure.map(Code::code),
        now,
        ending.usage.input_tokens,
        ending.usage.output_tokens,
        ending.usage_estimated,
        ending.cost,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "update messages set status = $2, body = $3, html = $4, html_version = $5 where id = $1",
        run.answer_id.0,
        ending.status.code(),
        ending.text,
        ending.html,
        ending.html.map(|_| markdown::VERSION),
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// An answer as stored.
pub(super) struct StoredAnswer {
    pub(super) body: String,
    pub(super) title: Option<String>,
    /// The model that answers, where it is not the one first asked.
    pub(super) model: Option<String>,
    status: String,
    failure: Option<String>,
}

impl StoredAnswer {
    /// How it ended, if it has. A status or failure that this version does not know counts as a
    /// fault of ours rather than as an answer that goes on for ever.
    pub(super) fn ended(&self) -> Option<Ended> {
        let status = MessageStatus::from_code(&self.status).unwrap_or(MessageStatus::Failed);
        let failure = self
            .failure
            .as_deref()
            .map(|f| Failure::from_code(f).unwrap_or(Failure::Internal));
        (status != MessageStatus::Streaming).then_some(Ended { status, failure })
    }
}

pub(super) async fn stored_answer(
    db: &Db,
    id: GenerationId,
) -> Result<Option<StoredAnswer>, Error> {
    sqlx::query_as!(
        StoredAnswer,
        r#"select m.body, m.status, g.failure, c.title, models.name as "model?"
           from generations g join messages m on m.id = g.message_id join conversations c on c.id = g.conversation_id
                left join models on models.id = g.model_id and g.asked_model_id is not null
           where g.id = $1"#,
        id.0,
    )
    .fetch_optional(db.pool())
    .await
}
