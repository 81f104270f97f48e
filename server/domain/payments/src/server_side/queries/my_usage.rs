use kernel::{Actor, Db};
use time::{Date, Duration, OffsetDateTime, Time};

use super::wallet_of;
use crate::{DailyUsage, Error, MicroUsd, TokenUsage};

/// Days that can be shown at once.
const MOST_DAYS: Duration = Duration::days(366);

/// What the person who asks has used from one day of UTC to another, both included: by day, then by model.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::BadRange`] for days that end before they begin, or more than
/// 366 of them.
#[tracing::instrument(name = "payments.my_usage", skip_all)]
pub async fn my_usage(
    db: &Db,
    actor: Actor,
    from: Date,
    to: Date,
) -> Result<Vec<DailyUsage>, Error> {
    let user = actor.person()?;
    let (begin, end) = moments(from, to)?;
    if end - begin > MOST_DAYS {
        return Err(Error::BadRange);
    }
    let Some(wallet) = wallet_of(db, user).await? else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query!(
        r#"select (occurred_at at time zone 'UTC')::date as "day!", model_id, count(*) as "answers!",
                  sum(input_tokens)::bigint as "input!", sum(cached_input_tokens)::bigint as "cached!",
                  sum(output_tokens)::bigint as "output!", sum(charged - refunded)::bigint as "charged!"
           from usage_records where wallet_id = $1 and occurred_at >= $2 and occurred_at < $3
           group by 1, 2 order by 1, 2"#,
        wallet.0,
        begin,
        end,
    );
    let rows = rows.fetch_all(db.pool()).await?.into_iter();
    Ok(rows
        .map(|row| DailyUsage {
            day: row.day,
            model: row.model_id,
            answers: row.answers,
            tokens: TokenUsage {
                input: row.input,
                cached_input: row.cached,
                output: row.output,
            },
            charged: MicroUsd(row.charged),
        })
        .collect())
}

/// From the beginning of one day to the end of another.
pub fn moments(from: Date, to: Date) -> Result<(OffsetDateTime, OffsetDateTime), Error> {
    let after = to.next_day().ok_or(Error::BadRange)?;
    if from > to {
        return Err(Error::BadRange);
    }
    let midnight = |day: Date| day.with_time(Time::MIDNIGHT).assume_utc();
    Ok((midnight(from), midnight(after)))
}
