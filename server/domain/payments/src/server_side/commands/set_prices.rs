use kernel::{Actor, Db};

use super::only_operators;
use crate::{Error, MicroUsd, PriceId, SetPrices, events::PricesSet, server_side::store};

/// States what a model costs from some time on; gives the row of the price book. Where it costs that already,
/// nothing is added.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::PastPrice`];
/// [`Error::NotPositive`] for a price below nothing; [`Error::Conflict`] when the model gets another price at
/// that very time.
#[tracing::instrument(name = "payments.set_prices", skip_all, fields(model = %command.model))]
pub async fn set_prices(db: &Db, actor: Actor, command: SetPrices) -> Result<PriceId, Error> {
    only_operators(actor)?;
    let mut tx = db.begin().await?;
    let from = command.effective_from.unwrap_or(tx.now());
    if from < tx.now() {
        return Err(Error::PastPrice);
    }
    for rates in [command.ours, command.provider] {
        if rates.input.min(rates.cached_input).min(rates.output) < MicroUsd::ZERO {
            return Err(Error::NotPositive);
        }
    }
    if let Some(there) = store::price_of(tx.conn(), command.model, from).await?
        && (there.ours, there.provider) == (command.ours, command.provider)
    {
        return Ok(there.id);
    }
    let (ours, provider) = (command.ours, command.provider);
    let price_id = store::insert_price(&mut tx, command.model, from, ours, provider).await?;
    tx.record(&PricesSet {
        model_id: command.model,
        price_id,
    })?;
    tx.commit().await?;
    Ok(price_id)
}
