use kernel::{Actor, Db};

use super::{Applied, book_payment};
use crate::{
    Dispute, DisputeOutcome, Error, PaymentReference,
    commands::{dispute_in, resolve_dispute_in},
    server_side::{
        billing::{DisputeState, PaymentProvider},
        store as ledger,
    },
};

/// Applies a dispute: it takes what is left of the credit and flags the wallet; its end does what follows.
///
/// # Errors
/// [`Error::NotFound`] when the provider does not know it; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.apply_dispute", skip_all)]
pub async fn apply_dispute(
    db: &Db,
    provider: &dyn PaymentProvider,
    id: &PaymentReference,
) -> Result<Applied, Error> {
    let seen = provider.dispute(id).await?;
    let outcome = match seen.state {
        DisputeState::Inquiry => return Ok(Applied::Unchanged),
        DisputeState::Open => None,
        DisputeState::Won => Some(DisputeOutcome::Won),
        DisputeState::Lost => Some(DisputeOutcome::Lost),
    };
    let Some(payment) = &seen.payment else {
        return Ok(Applied::NotOurs);
    };
    let Some(booked) = book_payment(db, provider, payment).await? else {
        return Ok(Applied::NotOurs);
    };
    let mut tx = db.begin().await?;
    let known = ledger::find_dispute(&mut tx, &seen.id).await?;
    let mut money = seen.money;
    if known.is_none() {
        let command = |money| Dispute {
            reference: seen.id.clone(),
            payment: booked.clone(),
            money,
        };
        match dispute_in(&mut tx, Actor::System, command(money)).await {
            // Some of it had gone back before, or tax was paid with it, which was never credit.
            Err(Error::TooMuch { left }) if left.is_positive() => {
                money = left;
                tx = db.begin().await?;
                dispute_in(&mut tx, Actor::System, command(money)).await?;
            }
            done => done?,
        }
    }
    let mut changed = known.is_none();
    if let Some(outcome) = outcome {
        changed |= known.is_some_and(|known| known.outcome != Some(outcome));
        resolve_dispute_in(&mut tx, Actor::System, &seen.id, outcome).await?;
    }
    tx.commit().await?;
    tracing::info!(dispute = %seen.id, %money, "a payment is disputed");
    Ok(Applied::when(changed))
}
