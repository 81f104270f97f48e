//! The price book, by the configuration.

use std::collections::BTreeMap;

use chat::queries::offered_models;
use kernel::{Actor, Db};
use payments::{SetPrices, commands::set_prices, queries::current_prices};

use crate::config::Prices;

/// Writes what has changed into the price book, as of now, and warns of models that are free.
pub(super) async fn keep(db: &Db, prices: &Prices) -> anyhow::Result<()> {
    let offered = offered_models(db, Actor::System).await?;
    for (model, provider_id) in &offered {
        let Some(ours) = prices.ours.get(provider_id) else {
            continue;
        };
        let command = SetPrices {
            model: model.0,
            effective_from: None,
            ours: *ours,
            provider: *prices.provider.get(provider_id).unwrap_or(ours),
        };
        set_prices(db, Actor::System, command).await?;
    }
    let priced: BTreeMap<_, _> = current_prices(db).await?.into_iter().collect();
    for (model, provider_id) in offered {
        if !priced.contains_key(&model.0) {
            tracing::warn!(
                model = provider_id,
                "MODEL_PRICES names no price: answers are free"
            );
        }
    }
    Ok(())
}
