use kernel::{Actor, Tx};

use super::{only_operators, record};
use crate::{
    Error, IdempotencyKey, LineKind, MicroUsd, PaymentReference,
    events::RefundReturned,
    server_side::store::{self, Posting},
};

/// Takes a refund back that did not reach the person, in the caller's transaction: the money is here again, and so
/// is the credit that was taken for it, each account as if nothing had been sent. `key` is the refund's own; gives
/// the credit, or `None` when there is no such refund, or it was taken back before.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotFound`] for an unknown payment.
#[tracing::instrument(name = "payments.return_refund", skip_all)]
pub async fn return_refund_in(
    tx: &mut Tx,
    actor: Actor,
    payment: &PaymentReference,
    key: &IdempotencyKey,
) -> Result<Option<MicroUsd>, Error> {
    only_operators(actor)?;
    let lot = store::paid_lot(tx, payment).await?.ok_or(Error::NotFound)?;
    let wallet = store::lock_wallet(tx, lot.wallet).await?;
    let key = key.as_str();
    let Some(refund) = store::posted(tx, wallet.id, LineKind::PurchaseRefund, key).await? else {
        return Ok(None);
    };
    let returned = store::posted(tx, wallet.id, LineKind::RefundReturned, key).await?;
    if returned.is_some() || refund.payment.as_deref() != Some(payment.as_str()) {
        return Ok(None);
    }
    let entries = store::entries_of(tx, refund.id).await?.reversed()?;
    let posting = Posting::new(LineKind::RefundReturned, key, &entries);
    store::post(tx, &wallet, posting.of_payment(payment)).await?;
    let credit = refund.amount.negated()?;
    record(tx, &wallet, |user_id| RefundReturned {
        user_id,
        lot_id: lot.id,
        credit,
    })?;
    Ok(Some(credit))
}
