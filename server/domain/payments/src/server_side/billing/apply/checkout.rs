use kernel::{Actor, Db};
use time::Duration;

use super::{Applied, apply_invoice, apply_subscription};
use crate::{
    CheckoutStatus, Error, PaymentReference, Purchase,
    commands::purchase_in,
    server_side::billing::{CheckoutState, PaymentProvider, SeenCheckout, store},
};

/// Applies a checkout: a paid one gives the credit that was promised when it began.
///
/// # Errors
/// [`Error::NotFound`] when the provider does not know it; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.apply_checkout", skip_all)]
pub async fn apply_checkout(
    db: &Db,
    provider: &dyn PaymentProvider,
    id: &PaymentReference,
) -> Result<Applied, Error> {
    let seen = provider.checkout(id).await?;
    apply(db, provider, &seen).await
}

/// As [`apply_checkout`], of one that was fetched just now. What is paid stays so, so it does no harm that somebody
/// else may have fetched it later.
pub(super) async fn apply(
    db: &Db,
    provider: &dyn PaymentProvider,
    seen: &SeenCheckout,
) -> Result<Applied, Error> {
    let status = match seen.state {
        CheckoutState::Open => return Ok(Applied::Unchanged),
        CheckoutState::Processing => CheckoutStatus::Processing,
        CheckoutState::Expired => CheckoutStatus::Expired,
        CheckoutState::Paid => CheckoutStatus::Paid,
    };
    let Some(user) = store::user_of(db, seen.customer.as_ref()).await? else {
        return Ok(Applied::NotOurs);
    };
    let mut applied = Applied::Unchanged;
    if let Some(subscription) = &seen.subscription {
        applied = apply_subscription(db, provider, subscription).await?;
        if let Some(invoice) = provider.subscription(subscription).await?.latest_invoice {
            applied = applied.and(apply_invoice(db, provider, &invoice).await?);
        }
    }
    let mut tx = db.begin().await?;
    if let (CheckoutState::Paid, None, Some(credit)) = (seen.state, &seen.subscription, seen.credit)
    {
        // Without a payment nothing was due: the checkout stands for it.
        let payment = seen.payment.clone().unwrap_or_else(|| seen.id.clone());
        if !store::is_booked(&mut tx, &payment).await? {
            let purchase = Purchase {
                user,
                payment,
                paid: seen.paid,
                credit,
                expires_at: seen.days.map(|days| seen.created_at + Duration::days(days)),
            };
            purchase_in(&mut tx, Actor::System, purchase).await?;
            applied = Applied::Changed;
        }
    }
    let changed = store::set_checkout(&mut tx, &seen.id, status).await?;
    tx.commit().await?;
    Ok(applied.and(Applied::when(changed)))
}
