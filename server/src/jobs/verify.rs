//! The ledger is proven every night.

use kernel::{Actor, Db};
use metrics::gauge;
use payments::queries::verify_ledger;

use super::{Error, measures::LEDGER_DIFFERENCES};

/// See [`kernel::Job::KIND`].
pub const KIND: &str = "payments.verify_ledger";

/// Looks for differences; each is logged, and their number is a metric that has an alert.
pub async fn verify(db: &Db) -> Result<(), Error> {
    let found = verify_ledger(db, Actor::System).await?;
    for difference in &found {
        tracing::error!(?difference, "the ledger is wrong");
    }
    gauge!(LEDGER_DIFFERENCES).set(found.len() as f64);
    Ok(())
}
