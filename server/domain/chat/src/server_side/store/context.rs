//! SQL of what a run sends to the model.

use sqlx::{Error, PgExecutor};

use crate::{
    MessageId, Speaker,
    codes::{Code, unknown},
    model::context::{Branch, Summary, in_full},
    model_client::Turn,
};

/// How far beyond what can be sent a summary is looked for, as a multiple of that. Ordinarily
/// one is within it; further back it is when summaries have failed, or the model reads less than
/// the one before it did.
const LOOK: usize = 4;

/// The branch up to a question, as far as it is of use to a request with `room` tokens for it.
///
/// One walk from the question towards the beginning finds the newest summary and adds up sizes;
/// texts are read only of what can fit. A text of n bytes is never fewer than n/4 + 4 tokens
/// ([`estimate`](crate::model::tokens::estimate)), so what lies beyond that sum cannot fit. What
/// a summary covers is read only when the whole branch may go in full. Costs an index look-up a
/// message passed, and the bytes of about what is sent.
pub async fn branch_before_answer(
    connection: impl PgExecutor<'_>,
    question: MessageId,
    room: usize,
) -> Result<Branch, Error> {
    let tokens = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let rows = sqlx::query!(
        r#"with recursive walk as (
               select m.id, m.parent_id, 0 as depth, octet_length(m.body) / 4 + 4 as tokens,
                      false as summarised, false as covered
               from messages m where m.id = $1
               union all
               select m.id, m.parent_id, w.depth + 1, w.tokens + octet_length(m.body) / 4 + 4,
                      s.message_id is not null and not w.covered, s.message_id is not null or w.covered
               from walk w
                    -- A limit keeps the planner from reading the whole table at each step.
                    join lateral (select * from messages where id = w.parent_id limit 1) m on true
                    left join lateral (select * from summaries where message_id = m.id limit 1) s on true
               where w.tokens <= case when w.covered then $3::int else $4::int end
           ), extent as (
               select bool_or(parent_id is null) and max(tokens) <= $3::int as whole from walk
           )
           select m.role as "role!", s.text as "summary?", w.covered as "covered!", extent.whole as "whole!",
                  case when w.depth = 0 or w.tokens <= $2::int and (extent.whole or not w.covered) then m.body end as "body?"
           from extent, walk w join messages m on m.id = w.id
                left join summaries s on s.message_id = w.id and w.summarised
           where w.depth = 0 or w.summarised or w.tokens <= $2::int and (extent.whole or not w.covered)
           order by w.depth desc"#,
        question.0,
        tokens(room),
        tokens(in_full(room)),
        tokens(room.saturating_mul(LOOK)),
    )
    .fetch_all(connection)
    .await?;

    let mut branch = Branch::default();
    let mut covered = 0;
    for row in rows {
        branch.whole = row.whole;
        if let Some(text) = row.body {
            let speaker =
                Speaker::from_code(&row.role).ok_or_else(|| unknown("role", &row.role))?;
            branch.messages.push(Turn { speaker, text });
            covered += usize::from(row.covered);
        }
        if let Some(text) = row.summary {
            branch.summary = Some(Summary { text, covers: 0 });
        }
    }
    if let Some(summary) = &mut branch.summary {
        summary.covers = covered;
    }
    Ok(branch)
}
