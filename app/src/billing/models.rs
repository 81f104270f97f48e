//! Models by their names, and what they cost.

use ::chat::queries::{KnownModel, known_models};
use ::payments::{Rates, queries::current_prices};
use kernel::{Db, id::Uuid};

use crate::{error::AppError, language::t};

/// A model on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedModel {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What people pay; `None` where nothing is charged.
    pub rates: Option<Rates>,
}

/// What can be chosen, the default first, and what it costs now.
pub async fn offered(db: &Db) -> Result<Vec<PricedModel>, AppError> {
    let prices = current_prices(db).await?;
    let rates_of = |id| {
        let mut found = prices.iter().filter(|(model, _)| *model == id);
        found.next().map(|(_, prices)| prices.ours)
    };
    let models = known_models(db).await?.into_iter();
    Ok(models
        .filter(|model| model.is_offered)
        .map(|KnownModel { id, name, .. }| PricedModel {
            id: id.0,
            name,
            rates: rates_of(id.0),
        })
        .collect())
}

/// The names of all models that somebody may have used.
#[derive(Debug, Default)]
pub struct Names(Vec<KnownModel>);

impl Names {
    /// All of them.
    pub async fn load(db: &Db) -> Result<Self, AppError> {
        Ok(Self(known_models(db).await?))
    }

    /// Of one; those that are not there any more have a common one.
    pub fn of(&self, id: Uuid) -> &str {
        let found = self.0.iter().find(|model| model.id.0 == id);
        found.map_or(t!(billing.unknown_model), |model| &model.name)
    }
}
