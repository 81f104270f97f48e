use kernel::{Actor, Db, id::Uuid};

use crate::{Error, MicroUsd};

/// What a charge left of somebody's credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChargeMade {
    /// What they had before it, held credit included.
    pub before: MicroUsd,
    /// What they had after it.
    pub after: MicroUsd,
}

/// The charge of a run; `None` when nothing was charged for it.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.charge_of", skip_all, fields(generation = %generation))]
pub async fn charge_of(
    db: &Db,
    actor: Actor,
    generation: Uuid,
) -> Result<Option<ChargeMade>, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    let row = sqlx::query!(
        "select amount, credit_after from ledger_transactions where generation_id = $1 and kind = 'capture'",
        generation
    );
    let row = row.fetch_optional(db.pool()).await?;
    row.map(|row| {
        let after = MicroUsd(row.credit_after);
        let before = after.minus(MicroUsd(row.amount))?;
        Ok(ChargeMade { before, after })
    })
    .transpose()
}
