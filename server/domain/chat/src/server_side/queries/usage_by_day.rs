use kernel::{Actor, Db};
use time::Date;

use crate::{ModelId, error::Error};

/// The use of a model for one purpose, on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOfUse {
    /// In UTC.
    pub day: Date,
    /// Which model.
    pub model_id: ModelId,
    /// `answer`, `summary` or `title`.
    pub purpose: String,
    /// Runs of the model, whatever came of them.
    pub runs: i64,
    /// Tokens sent.
    pub input_tokens: i64,
    /// Tokens received.
    pub output_tokens: i64,
    /// Micro-USD by the model's prices; without prices nothing.
    pub cost: i64,
}

/// What models were used for from one UTC day to another, both included, by day, model and purpose.
///
/// # Errors
/// [`Error::NotAllowed`] unless an operator or the site itself asks.
#[tracing::instrument(name = "chat.usage_by_day", skip_all)]
pub async fn usage_by_day(
    db: &Db,
    actor: Actor,
    from: Date,
    to: Date,
) -> Result<Vec<DayOfUse>, Error> {
    if !actor.is_operator() {
        return Err(Error::NotAllowed);
    }
    let days = sqlx::query_as!(
        DayOfUse,
        r#"select day, model_id as "model_id: ModelId", purpose, runs, input_tokens, output_tokens, cost
           from usage_by_day where day between $1 and $2 order by day, model_id, purpose"#,
        from,
        to,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(days)
}
