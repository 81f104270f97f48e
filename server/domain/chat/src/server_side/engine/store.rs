//! SQL of runs.

use kernel::{Db, Tx};
use sqlx::Error;
use time::Duration;

use super::{Run, follow::Ended};
use crate::{
    ConversationId, Failure, GenerationId, MessageStatus, charges::Bill, codes::Code,
    events::Outcome, markdown, model_client::Usage,
};

/// Text of an answer that has arrived, from a position on.
pub(super) struct Piece {
    pub(super) generation: GenerationId,
    /// Bytes of the answer's text before it.
    pub(super) position: usize,
    pub(super) text: String,
}

impl Piece {
    /// Where the next piece begins.
    pub(super) fn end(&self) -> usize {
        self.position + self.text.len()
    }
}

/// Stores what has arrived of several answers in one commit. A piece whose saving is tried again
/// replaces what an earlier try may have left.
pub(super) async fn save_pieces(db: &Db, pieces: &[Piece]) -> Result<(), Error> {
    let ids: Vec<_> = pieces.iter().map(|p| p.generation.0).collect();
    let positions: Vec<_> = pieces.iter().map(|p| p.position as i64).collect();
    let texts: Vec<_> = pieces.iter().map(|p| p.text.clone()).collect();
    sqlx::query!(
        "insert into answer_pieces (generation_id, position, text)
         select p.id, p.position, p.text
         from unnest($1::uuid[], $2::bigint[], $3::text[]) as p (id, position, text)
              join generations g on g.id = p.id and g.status = 'running'
         on conflict (generation_id, position) do update set text = excluded.text",
        &ids,
        &positions,
        &texts,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// A run whose lease has been renewed.
pub(super) struct Renewed {
    pub(super) id: GenerationId,
    pub(super) stop_requested: bool,
    pub(super) title: Option<String>,
}

/// Renews the leases of runs. Those that are not among the answer have ended.
pub(super) async fn renew_leases(
    db: &Db,
    running: &[GenerationId],
    lease: Duration,
) -> Result<Vec<Renewed>, Error> {
    let running: Vec<_> = running.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Renewed,
        r#"update generations g set lease_until = $2
           from conversations c
           where g.id = any($1) and g.status = 'running' and c.id = g.conversation_id
           returning g.id as "id: GenerationId", g.stop_requested, c.title"#,
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
    pub(super) bill: Bill,
}

impl Ending<'_> {
    /// The run's outcome, as stored and published.
    pub(super) fn outcome(&self) -> Outcome {
        match self.status {
            MessageStatus::Complete => Outcome::Completed,
            MessageStatus::Stopped => Outcome::Stopped,
            MessageStatus::Interrupted => Outcome::Interrupted,
            MessageStatus::Failed | MessageStatus::Streaming => Outcome::Failed,
        }
    }
}

/// Stores the end of a run; `false` when somebody else has ended it, because its lease ran out.
pub(super) async fn finish(tx: &mut Tx, run: &Run, ending: &Ending<'_>) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update generations set status = $2, failure = $3, finished_at = $4, input_tokens = $5,
                output_tokens = $6, usage_estimated = $7, cost = $8, cached_input_tokens = $9, price_id = $10
         where id = $1 and status = 'running'",
        run.generation_id.0,
        ending.outcome().as_str(),
        ending.failure.map(Code::code),
        now,
        ending.usage.input_tokens,
        ending.usage.output_tokens,
        ending.usage_estimated,
        ending.bill.cost(),
        ending.usage.cached_input_tokens,
        ending.bill.price_id(),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "with pieces as (delete from answer_pieces where generation_id = $6)
         update messages set status = $2, body = $3, html = $4, html_version = $5 where id = $1",
        run.answer_id.0,
        ending.status.code(),
        ending.text,
        ending.html,
        ending.html.map(|_| markdown::VERSION),
        run.generation_id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Stores the text of a run that another process has ended, where it goes on from what is stored.
pub(super) async fn amend(db: &Db, run: &Run, ending: &Ending<'_>) -> Result<(), Error> {
    sqlx::query!(
        "with pieces as (delete from answer_pieces where generation_id = $5)
         update messages set body = $2, html = $3, html_version = $4
         where id = $1 and status = 'interrupted' and starts_with($2, body)",
        run.answer_id.0,
        ending.text,
        ending.html,
        ending.html.map(|_| markdown::VERSION),
        run.generation_id.0,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// An answer as stored.
pub(super) struct StoredAnswer {
    pub(super) conversation_id: ConversationId,
    /// With the pieces that have been saved of it.
    pub(super) text: String,
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
        r#"select g.conversation_id as "conversation_id: ConversationId",
                  m.body || coalesce(
                      (select string_agg(p.text, '' order by p.position) from answer_pieces p
                       where p.generation_id = g.id and m.status = 'streaming'), '') as "text!",
                  m.status, g.failure, c.title, models.name as "model?"
           from generations g join messages m on m.id = g.message_id join conversations c on c.id = g.conversation_id
                left join models on models.id = g.model_id and g.asked_model_id is not null
           where g.id = $1"#,
        id.0,
    )
    .fetch_optional(db.pool())
    .await
}

/// What is new of an answer that another process writes: a row a piece, or one without.
pub(super) struct News {
    pub(super) id: GenerationId,
    pub(super) title: Option<String>,
    /// The model that answers, where it is not the one first asked.
    pub(super) model: Option<String>,
    status: String,
    pub(super) position: Option<i64>,
    pub(super) text: Option<String>,
}

impl News {
    pub(super) fn is_running(&self) -> bool {
        self.status == "running"
    }
}

/// What is new of several answers since a position each, in one question. Ordered by position.
pub(super) async fn news(db: &Db, from: &[(GenerationId, i64)]) -> Result<Vec<News>, Error> {
    let ids: Vec<_> = from.iter().map(|(id, _)| id.0).collect();
    let positions: Vec<_> = from.iter().map(|(_, position)| *position).collect();
    sqlx::query_as!(
        News,
        r#"select g.id as "id: GenerationId", c.title, models.name as "model?", g.status,
                  p.position as "position?", p.text as "text?"
           from unnest($1::uuid[], $2::bigint[]) as f (id, position)
                join generations g on g.id = f.id join conversations c on c.id = g.conversation_id
                left join models on models.id = g.model_id and g.asked_model_id is not null
                left join answer_pieces p on p.generation_id = f.id and p.position >= f.position
           order by p.position"#,
        &ids,
        &positions,
    )
    .fetch_all(db.pool())
    .await
}
