use kernel::{OnConstraint, Tx, id::Uuid};
use time::OffsetDateTime;

use crate::{Error, MicroUsd, PriceId, Prices, Rates};

/// Named as the columns.
pub struct PriceRow {
    pub id: Uuid,
    pub input: i64,
    pub cached_input: i64,
    pub output: i64,
    pub provider_input: i64,
    pub provider_cached_input: i64,
    pub provider_output: i64,
}

impl From<PriceRow> for Prices {
    fn from(row: PriceRow) -> Self {
        Self {
            id: PriceId(row.id),
            ours: Rates {
                input: MicroUsd(row.input),
                cached_input: MicroUsd(row.cached_input),
                output: MicroUsd(row.output),
            },
            provider: Rates {
                input: MicroUsd(row.provider_input),
                cached_input: MicroUsd(row.provider_cached_input),
                output: MicroUsd(row.provider_output),
            },
        }
    }
}

/// What a model costs at that time.
pub async fn price_of(
    db: impl sqlx::PgExecutor<'_>,
    model: Uuid,
    at: OffsetDateTime,
) -> Result<Option<Prices>, sqlx::Error> {
    let row = sqlx::query_as!(
        PriceRow,
        "select id, input, cached_input, output, provider_input, provider_cached_input, provider_output
         from prices where model_id = $1 and effective_from <= $2
         order by effective_from desc limit 1",
        model,
        at,
    );
    Ok(row.fetch_optional(db).await?.map(Prices::from))
}

/// Adds a row to the price book.
///
/// # Errors
/// [`Error::Conflict`] when the model gets another price at that very time.
pub async fn insert_price(
    tx: &mut Tx,
    model: Uuid,
    from: OffsetDateTime,
    ours: Rates,
    provider: Rates,
) -> Result<PriceId, Error> {
    let (id, now) = (tx.new_id(), tx.now());
    sqlx::query!(
        "insert into prices (id, model_id, effective_from, input, cached_input, output, provider_input,
             provider_cached_input, provider_output, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        model,
        from,
        ours.input.0,
        ours.cached_input.0,
        ours.output.0,
        provider.input.0,
        provider.cached_input.0,
        provider.output.0,
        now,
    )
    .execute(tx.conn())
    .await
    .on_constraint("prices_one_at_a_time", || Error::Conflict)?;
    Ok(PriceId(id))
}
