use kernel::{Db, Tx, id::Uuid};
use time::OffsetDateTime;

use crate::{Error, Prices, server_side::store};

/// What a model costs at that time; `None` for a model without a price. Of it, only `ours` is for people.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn price_at(db: &Db, model: Uuid, at: OffsetDateTime) -> Result<Option<Prices>, Error> {
    Ok(store::price_of(db.pool(), model, at).await?)
}

/// As [`price_at`], at the time of the caller's transaction.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "payments.price_at", skip_all, fields(%model))]
pub async fn price_at_in(tx: &mut Tx, model: Uuid) -> Result<Option<Prices>, Error> {
    let now = tx.now();
    Ok(store::price_of(tx.conn(), model, now).await?)
}

/// What each model with a price costs now. Of it, only `ours` is for people.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn current_prices(db: &Db) -> Result<Vec<(Uuid, Prices)>, Error> {
    let rows = sqlx::query!(
        "select distinct on (model_id) model_id, id, input, cached_input, output, provider_input,
                provider_cached_input, provider_output
         from prices where effective_from <= $1 order by model_id, effective_from desc",
        db.now(),
    );
    let rows = rows.fetch_all(db.pool()).await?.into_iter();
    Ok(rows
        .map(|row| {
            let prices = store::PriceRow {
                id: row.id,
                input: row.input,
                cached_input: row.cached_input,
                output: row.output,
                provider_input: row.provider_input,
                provider_cached_input: row.provider_cached_input,
                provider_output: row.provider_output,
            };
            (row.model_id, prices.into())
        })
        .collect())
}
