use kernel::{Actor, Internal, Tx};

use super::{only_operators, positive, record};
use crate::{
    Error, LineKind, MicroUsd, RefundPurchase, Shortfall,
    events::PurchaseRefunded,
    server_side::{
        model,
        store::{self, Posting},
    },
};

/// What a refund came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refunded {
    /// Credit taken for the money.
    pub credit: MicroUsd,
}

/// Takes the credit for money that goes back, in the caller's transaction, out of the lot that the money paid
/// for: its share of the lot, rounded up. With the same key again, the first refund stands.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotPositive`];
/// [`Error::NotFound`] for an unknown payment; [`Error::TooMuch`] for more money than is still here, and, with
/// [`Shortfall::Refuse`], for more than the credit that is left stands for; [`Error::Conflict`] when the key
/// stands for another refund.
#[tracing::instrument(name = "payments.refund_purchase", skip_all)]
pub async fn refund_purchase_in(
    tx: &mut Tx,
    actor: Actor,
    command: RefundPurchase,
) -> Result<Refunded, Error> {
    only_operators(actor)?;
    let money = positive(command.money)?;
    let lot = store::paid_lot(tx, &command.payment).await?;
    let wallet = lot.ok_or(Error::NotFound)?.wallet;
    let wallet = store::lock_wallet(tx, wallet).await?;
    let key = command.key.as_str();
    if let Some(before) = store::posted(tx, wallet.id, LineKind::PurchaseRefund, key).await? {
        if before.payment.as_deref() != Some(command.payment.as_str()) {
            return Err(Error::Conflict);
        }
        let credit = before.amount.negated()?;
        return Ok(Refunded { credit });
    }
    // Again, now that nothing can change it.
    let lot = store::paid_lot(tx, &command.payment).await?;
    let lot = lot.ok_or_else(|| Internal::new("a lot is gone"))?;
    let here = store::money_left(tx, &command.payment).await?;
    if money > here {
        return Err(Error::TooMuch { left: here });
    }
    let due = lot.amount.share_up(money, lot.paid)?;
    if due > lot.left && command.shortfall == Shortfall::Refuse {
        let left = lot.left.share(lot.paid, lot.amount)?.min(here);
        return Err(Error::TooMuch { left });
    }
    let credit = due.min(lot.left);
    let entries = model::refund_purchase(lot.id, money, credit)?;
    let posting = Posting::new(LineKind::PurchaseRefund, key, &entries);
    store::post(tx, &wallet, posting.of_payment(&command.payment)).await?;
    record(tx, &wallet, |user_id| PurchaseRefunded {
        user_id,
        lot_id: lot.id,
        money,
        credit,
    })?;
    Ok(Refunded { credit })
}
