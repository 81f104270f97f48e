//! SQL of the days' sums.

use kernel::Tx;
use sqlx::Error;
use time::Date;

use crate::ModelId;

/// One use of a model.
pub struct UsedFor {
    pub purpose: &'static str,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// Micro-USD.
    pub cost: i64,
}

/// Waits for whoever empties the sums. To be asked before anything else of the transaction: who empties
/// them has all of this table, and then writes into the inbox.
pub async fn share_usage(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!("lock table usage_by_day in row exclusive mode")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Adds a use to the sums of its day.
pub async fn add_usage(tx: &mut Tx, day: Date, model: ModelId, used: UsedFor) -> Result<(), Error> {
    sqlx::query!(
        "insert into usage_by_day as u (day, model_id, purpose, runs, input_tokens, output_tokens, cost)
         values ($1, $2, $3, 1, $4, $5, $6)
         on conflict (day, model_id, purpose) do update
         set runs = u.runs + 1, input_tokens = u.input_tokens + excluded.input_tokens,
             output_tokens = u.output_tokens + excluded.output_tokens, cost = u.cost + excluded.cost",
        day,
        model.0,
        used.purpose,
        used.input_tokens,
        used.output_tokens,
        used.cost,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Empties the sums; nobody else writes there until the transaction ends.
pub async fn clear_usage(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!("lock table usage_by_day in share row exclusive mode")
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from usage_by_day")
        .execute(tx.conn())
        .await?;
    Ok(())
}
