use futures::future::BoxFuture;
use kernel::{Actor, Db};
use time::OffsetDateTime;

use super::pay_refund;
use crate::{
    Error, PaymentReference,
    server_side::billing::{
        CheckoutState, Part, PayRefund, PaymentProvider, ProviderError, RefundState, Since,
        apply::{
            self, Applied, apply_checkout, apply_dispute, apply_invoice, apply_refunds,
            apply_subscription,
        },
        queries, store,
    },
};

/// In what provider and ledger differed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// A paid checkout was not booked.
    Checkout,
    /// A paid invoice was not booked.
    Invoice,
    /// A subscription was known differently, or not at all.
    Subscription,
    /// A refund was not booked.
    Refund,
    /// A dispute was not booked.
    Dispute,
    /// A refund was ordered and not paid.
    UnpaidRefund,
    /// The ledger has a payment that the provider has not.
    UnknownPayment,
}

/// Something in which provider and ledger differed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub kind: DifferenceKind,
    /// The object.
    pub id: PaymentReference,
    /// Whether they agree now; otherwise an operator is to look.
    pub is_repaired: bool,
}

/// Compares the provider with the ledger, for all that was made since then, and repairs what can be: a webhook that
/// was lost is made up for. What is about nobody here is passed over.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::ProviderAway`] when it cannot be asked;
/// what cannot be applied is a difference, and no error.
#[tracing::instrument(name = "payments.reconcile", skip_all)]
pub async fn reconcile(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    since: OffsetDateTime,
) -> Result<Vec<Difference>, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    let mut found = Vec::new();
    let all = Since {
        made: since,
        after: None,
    };
    let subscriptions = pages(provider, all.clone(), |provider, part| {
        provider.subscriptions(part)
    });
    for seen in subscriptions.await? {
        let applied = apply_subscription(db, provider, &seen.id).await;
        note(&mut found, DifferenceKind::Subscription, seen.id, applied)?;
    }
    let checkouts = pages(provider, all.clone(), |provider, part| {
        provider.checkouts(part)
    });
    for seen in checkouts.await? {
        if seen.state != CheckoutState::Open {
            let applied = apply_checkout(db, provider, &seen.id).await;
            note(&mut found, DifferenceKind::Checkout, seen.id, applied)?;
        }
    }
    let invoices = pages(provider, all.clone(), |provider, part| {
        provider.invoices(part)
    });
    for seen in invoices.await? {
        if seen.is_paid {
            let applied = apply_invoice(db, provider, &seen.id).await;
            note(&mut found, DifferenceKind::Invoice, seen.id, applied)?;
        }
    }
    let refunds = pages(provider, all.clone(), |provider, part| {
        provider.refunds(part)
    });
    for seen in refunds.await? {
        if let Some(payment) = seen.payment.filter(|_| seen.state != RefundState::Pending) {
            let applied = apply_refunds(db, provider, &payment).await;
            note(&mut found, DifferenceKind::Refund, seen.id, applied)?;
        }
    }
    for seen in pages(provider, all, |provider, part| provider.disputes(part)).await? {
        let applied = apply_dispute(db, provider, &seen.id).await;
        note(&mut found, DifferenceKind::Dispute, seen.id, applied)?;
    }
    unpaid_refunds(db, provider, &mut found).await?;
    unknown_payments(db, provider, since, &mut found).await?;
    Ok(found)
}

/// Asks for a part of a list.
type Ask<T> =
    for<'a> fn(&'a dyn PaymentProvider, &'a Since) -> BoxFuture<'a, Result<Part<T>, ProviderError>>;

/// All of a list.
async fn pages<T>(
    provider: &dyn PaymentProvider,
    mut since: Since,
    ask: Ask<T>,
) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    loop {
        let part = ask(provider, &since).await?;
        all.extend(part.items);
        match part.next {
            Some(last) => since.after = Some(last),
            None => return Ok(all),
        }
    }
}

fn note(
    found: &mut Vec<Difference>,
    kind: DifferenceKind,
    id: PaymentReference,
    applied: Result<Applied, Error>,
) -> Result<(), Error> {
    let is_repaired = match applied {
        Ok(Applied::Unchanged | Applied::NotOurs) => return Ok(()),
        Ok(Applied::Changed) => true,
        Err(e @ Error::ProviderAway) => return Err(e),
        Err(e) => {
            tracing::warn!(%id, ?kind, error = %e, "provider and ledger differ");
            false
        }
    };
    found.push(Difference {
        kind,
        id,
        is_repaired,
    });
    Ok(())
}

async fn unpaid_refunds(
    db: &Db,
    provider: &dyn PaymentProvider,
    found: &mut Vec<Difference>,
) -> Result<(), Error> {
    for order in store::unpaid_refunds(db).await? {
        let id = apply::reference(&order.to_string())?;
        let paid = pay_refund(db, provider, Actor::System, &PayRefund { order }).await;
        note(
            found,
            DifferenceKind::UnpaidRefund,
            id,
            paid.map(|()| Applied::Changed),
        )?;
    }
    Ok(())
}

/// What the ledger has and the provider has not cannot be repaired: somebody has given credit for nothing, or the
/// site was moved to another account.
async fn unknown_payments(
    db: &Db,
    provider: &dyn PaymentProvider,
    since: OffsetDateTime,
    found: &mut Vec<Difference>,
) -> Result<(), Error> {
    for id in queries::payments_since(db, since).await? {
        let is_known = if id.as_str().starts_with("in_") {
            provider.invoice(&id).await.map(|invoice| invoice.is_paid)
        } else if id.as_str().starts_with("cs_") {
            let seen = provider.checkout(&id).await;
            seen.map(|checkout| checkout.state == CheckoutState::Paid)
        } else {
            let seen = provider.paid_for(&id).await;
            seen.map(|paid| paid != crate::server_side::billing::PaidFor::Nothing)
        };
        match is_known {
            Ok(true) => {}
            Ok(false) | Err(ProviderError::NotFound) => found.push(Difference {
                kind: DifferenceKind::UnknownPayment,
                id,
                is_repaired: false,
            }),
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}
