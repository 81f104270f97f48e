//! What the database needs before people come: its migrations and what is on offer.

use std::time::Duration;

use chat::commands::{OfferedModel, offer_models};
use kernel::{Actor, Db};
use payments::{Offer, billing::commands::set_offers};

use super::{background::Background, prices};
use crate::{
    config::Prices,
    database::{self, Standing},
};

/// How often a database that was not there at the start is looked for.
const RETRY: Duration = Duration::from_secs(1);

pub(super) struct Preparation {
    pub db: Db,
    pub offered: Vec<OfferedModel>,
    pub prices: Prices,
    pub offers: Option<Vec<Offer>>,
    pub migrate: bool,
}

impl Preparation {
    /// Prepares the database now, or in the background once it is there and up to date.
    pub async fn begin(self, background: &Background) -> anyhow::Result<Standing> {
        let standing = self.attempt().await?;
        if standing != Standing::Current {
            tracing::warn!(
                "{}; the site says so to people, and begins when that changes",
                standing.explain()
            );
            let stop = background.stop.clone();
            background.tasks.spawn(async move {
                tokio::select! {
                    () = self.persist() => {}
                    () = stop.cancelled() => {}
                }
            });
        }
        Ok(standing)
    }

    async fn attempt(&self) -> anyhow::Result<Standing> {
        let mut standing = database::standing(self.db.pool()).await;
        if self.migrate && matches!(standing, Standing::Behind { .. }) {
            database::migrate(self.db.pool()).await?;
            standing = Standing::Current;
        }
        if standing == Standing::Current {
            offer_models(&self.db, Actor::System, &self.offered).await?;
            prices::keep(&self.db, &self.prices).await?;
            if let Some(offers) = &self.offers {
                set_offers(&self.db, Actor::System, offers).await?;
            }
        }
        Ok(standing)
    }

    async fn persist(&self) {
        loop {
            tokio::time::sleep(RETRY).await;
            match self.attempt().await {
                Ok(Standing::Current) => return tracing::info!("the database is ready"),
                Ok(_) => {}
                Err(error) => tracing::error!(
                    error = format!("{error:#}"),
                    "could not prepare the database"
                ),
            }
        }
    }
}
