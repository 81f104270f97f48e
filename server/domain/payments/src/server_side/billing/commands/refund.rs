use kernel::{Actor, Db, id::Uuid};

use super::{key, only_the_site};
use crate::{
    Error, MicroUsd, PaymentReference, RefundPurchase, Shortfall,
    commands::refund_purchase_in,
    server_side::billing::{PayRefund, PaymentProvider, store},
};

/// Gives money back for credit that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRefund {
    /// Chosen by who asks, so that asking twice orders once.
    pub id: Uuid,
    /// What was paid, as the ledger names it.
    pub payment: PaymentReference,
    /// How much: whole cents, and no more than what the credit that is left stands for.
    pub money: MicroUsd,
}

/// Orders a refund: takes the credit, and has the provider pay the money back by a job. First the credit, so that it
/// cannot be spent while the money is on its way.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotFound`] for an unknown payment;
/// [`Error::TooMuch`]; [`Error::NotPositive`] also for parts of a cent; [`Error::Conflict`] for an id that stands for
/// another refund.
#[tracing::instrument(name = "payments.order_refund", skip_all, fields(order = %command.id))]
pub async fn order_refund(db: &Db, actor: Actor, command: OrderRefund) -> Result<(), Error> {
    if MicroUsd::cents(command.money.whole_cents())? != command.money {
        return Err(Error::NotPositive);
    }
    let mut tx = db.begin().await?;
    let refund = RefundPurchase {
        payment: command.payment.clone(),
        money: command.money,
        shortfall: Shortfall::Refuse,
        key: key("refund", command.id)?,
    };
    refund_purchase_in(&mut tx, actor, refund).await?;
    if store::insert_refund(&mut tx, command.id, &command.payment, command.money).await? {
        tx.enqueue(&PayRefund { order: command.id }).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Has the provider pay a refund that was ordered; once, also when it forgets the key.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the site; anything else may go well another time.
#[tracing::instrument(name = "payments.pay_refund", skip_all, fields(order = %job.order))]
pub async fn pay_refund(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    job: &PayRefund,
) -> Result<(), Error> {
    only_the_site(actor)?;
    let Some(order) = store::unpaid_refund(db, job.order).await? else {
        return Ok(());
    };
    // The ledger names an allowance's payment by its invoice.
    let payment = if order.payment.as_str().starts_with("in_") {
        let payment = provider.payment_of_invoice(&order.payment).await?;
        payment.ok_or(Error::NotFound)?
    } else {
        order.payment
    };
    let key = key("refund", job.order)?;
    // The provider forgets keys after a day, and jobs may be tried for longer.
    let paid = provider.refunds_of(&payment).await?;
    let before = paid
        .into_iter()
        .find(|refund| refund.key.as_ref() == Some(&key));
    let refund = match before {
        Some(refund) => refund,
        None => provider.refund(&key, &payment, order.money).await?,
    };
    Ok(store::refund_is_paid(db, job.order, &refund.id).await?)
}
