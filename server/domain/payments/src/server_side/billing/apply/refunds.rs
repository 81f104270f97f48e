use kernel::{Actor, Db};

use super::{Applied, book_payment};
use crate::{
    Error, IdempotencyKey, LineKind, PaymentReference, RefundPurchase, Shortfall,
    commands::{refund_purchase_in, return_refund_in},
    server_side::{
        billing::{PaymentProvider, RefundState},
        store as ledger,
    },
};

/// Applies the refunds of a payment: for each that is done, its credit is taken, as far as it is left; of each that did not
/// arrive, it comes back.
///
/// # Errors
/// [`Error::NotFound`] when the provider does not know it; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.apply_refunds", skip_all)]
pub async fn apply_refunds(
    db: &Db,
    provider: &dyn PaymentProvider,
    payment: &PaymentReference,
) -> Result<Applied, Error> {
    let Some(booked) = book_payment(db, provider, payment).await? else {
        return Ok(Applied::NotOurs);
    };
    let mut applied = Applied::Unchanged;
    for refund in provider.refunds_of(payment).await? {
        let key = match refund.key {
            // Asked for by us, and booked then.
            Some(key) => key,
            None => IdempotencyKey::parse(refund.id.as_str()).map_err(kernel::Internal::new)?,
        };
        let mut tx = db.begin().await?;
        match refund.state {
            RefundState::Done => {}
            RefundState::Pending => continue,
            RefundState::Returned => {
                if let Some(credit) =
                    return_refund_in(&mut tx, Actor::System, &booked, &key).await?
                {
                    tx.commit().await?;
                    tracing::warn!(refund = %refund.id, %credit, "a refund did not arrive; its credit is back");
                    applied = Applied::Changed;
                }
                continue;
            }
        }
        let lot = ledger::paid_lot(&mut tx, &booked)
            .await?
            .ok_or(Error::NotFound)?;
        let posted = ledger::posted(&mut tx, lot.wallet, LineKind::PurchaseRefund, key.as_str());
        if posted.await?.is_some() {
            continue;
        }
        let command = |money| RefundPurchase {
            payment: booked.clone(),
            money,
            shortfall: Shortfall::HouseBears,
            key: key.clone(),
        };
        match refund_purchase_in(&mut tx, Actor::System, command(refund.money)).await {
            // Tax went back with it, which was never credit, or a dispute has taken some before.
            Err(Error::TooMuch { left }) if left.is_positive() => {
                tx = db.begin().await?;
                refund_purchase_in(&mut tx, Actor::System, command(left)).await?;
            }
            Err(Error::TooMuch { .. }) => continue,
            done => {
                done?;
            }
        }
        tx.commit().await?;
        applied = Applied::Changed;
    }
    Ok(applied)
}
