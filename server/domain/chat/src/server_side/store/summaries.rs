//! SQL of summaries.

use kernel::{Db, Tx};
use sqlx::Error;

use super::ChosenModel;
use crate::{
    GenerationId, MessageId, ModelId, Speaker,
    codes::{Code, unknown},
    model::summary::Said,
    model_client::{Turn, Usage},
};

/// What has been said since the last summary, by its size.
#[derive(Default)]
pub struct Unsummarised {
    /// Oldest first.
    pub ids: Vec<MessageId>,
    /// The same messages.
    pub said: Vec<Said>,
    /// The summary before them.
    pub earlier: Option<String>,
}

/// The branch that ends with the answer of a run, back to its newest summary. Sizes come near
/// [`estimate`](crate::model::tokens::estimate) and are never below it: a character that is not
/// ASCII takes at least one byte more than it is characters.
///
/// Nothing while an answer of the branch is still being written, and when the branch cannot be
/// more than `limit` tokens. Its bytes say so in most cases (a text of n bytes is at most n/2 + 5
/// tokens, and what states a summary at most 100 more), without reading the texts.
pub async fn unsummarised(
    db: &Db,
    generation: GenerationId,
    limit: usize,
) -> Result<Unsummarised, Error> {
    let rows = sqlx::query!(
        r#"with recursive walk as (
               select m.id, m.parent_id, 0 as depth, s.message_id is not null as covered,
                      octet_length(coalesce(s.text, m.body)) as bytes
               from generations g join messages m on m.id = g.message_id
                    left join summaries s on s.message_id = m.id
               where g.id = $1
               union all
               select m.id, m.parent_id, w.depth + 1, s.message_id is not null,
                      octet_length(coalesce(s.text, m.body))
               from walk w
                    -- A limit keeps the planner from reading the whole table at each step.
                    join lateral (select * from messages where id = w.parent_id limit 1) m on true
                    left join lateral (select * from summaries where message_id = m.id limit 1) s on true
               where not w.covered
           ), sized as (
               select w.id, w.depth, w.covered, m.role, m.status, char_length(m.body) as chars,
                      least(char_length(m.body), octet_length(m.body) - char_length(m.body)) as others
               from walk w join messages m on m.id = w.id
               where (select sum(bytes / 2 + 5) + 100 > $2 from walk)
           )
           select sized.id as "id!: MessageId", role as "role!", status = 'streaming' as "unfinished!",
                  (chars - others + 2) / 3 + others + 4 as "tokens!", s.text as "summary?"
           from sized left join summaries s on s.message_id = sized.id
           order by depth desc"#,
        generation.0,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
    .fetch_all(db.pool())
    .await?;

    let mut found = Unsummarised::default();
    for row in rows {
        if row.unfinished {
            return Ok(Unsummarised::default());
        }
        if row.summary.is_some() {
            found.earlier = row.summary;
            continue;
        }
        let speaker = Speaker::from_code(&row.role).ok_or_else(|| unknown("role", &row.role))?;
        found.ids.push(row.id);
        found.said.push(Said {
            speaker,
            tokens: usize::try_from(row.tokens).unwrap_or_default(),
        });
    }
    Ok(found)
}

/// The model of the conversation that a run was for, while both are there to be used.
pub async fn conversation_model(
    db: &Db,
    generation: GenerationId,
) -> Result<Option<ChosenModel>, Error> {
    sqlx::query_as!(
        ChosenModel,
        r#"select m.id as "id: ModelId", m.name, m.provider_id, m.context_window
           from generations g join conversations c on c.id = g.conversation_id join models m on m.id = c.model_id
           where g.id = $1 and c.deleted_at is null and m.enabled"#,
        generation.0,
    )
    .fetch_optional(db.pool())
    .await
}

/// Messages of one branch, in their order.
pub async fn messages(db: &Db, ids: &[MessageId]) -> Result<Vec<Turn>, Error> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select m.role, m.body from unnest($1::uuid[]) with ordinality as wanted (id, n)
              join messages m on m.id = wanted.id order by n",
        &ids,
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

/// A summary that was made.
pub struct MadeSummary {
    /// The last message that it covers.
    pub message_id: MessageId,
    pub text: String,
    pub model_id: ModelId,
    pub usage: Usage,
    pub usage_estimated: bool,
    pub cost: Option<i64>,
}

/// `false` when there is one that ends with the same message.
pub async fn add_summary(tx: &mut Tx, summary: &MadeSummary) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into summaries (message_id, text, model_id, input_tokens, output_tokens, usage_estimated, cost, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (message_id) do nothing",
        summary.message_id.0,
        summary.text,
        summary.model_id.0,
        summary.usage.input_tokens,
        summary.usage.output_tokens,
        summary.usage_estimated,
        summary.cost,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
