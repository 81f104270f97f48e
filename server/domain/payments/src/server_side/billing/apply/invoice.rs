use kernel::{Actor, Db};

use super::Applied;
use crate::{
    Error, PaymentReference, Purchase,
    commands::allow_in,
    server_side::billing::{PaymentProvider, model, store},
};

/// Applies an invoice of a subscription: a paid one gives the allowance of what it is for.
///
/// # Errors
/// [`Error::NotFound`] when the provider does not know it; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.apply_invoice", skip_all)]
pub async fn apply_invoice(
    db: &Db,
    provider: &dyn PaymentProvider,
    id: &PaymentReference,
) -> Result<Applied, Error> {
    let seen = provider.invoice(id).await?;
    let Some(user) = store::user_of(db, seen.customer.as_ref()).await? else {
        return Ok(Applied::NotOurs);
    };
    if !seen.is_paid || seen.subscription.is_none() {
        return Ok(Applied::Unchanged);
    }
    let mut lines = Vec::new();
    for (line, price) in model::lines_that_count(&seen) {
        lines.push((line, provider.price(price).await?));
    }
    let Some(allowance) = model::allowance(lines)? else {
        return Ok(Applied::Unchanged);
    };
    let mut tx = db.begin().await?;
    if store::is_booked(&mut tx, &seen.id).await? {
        return Ok(Applied::Unchanged);
    }
    let purchase = Purchase {
        user,
        payment: seen.id.clone(),
        paid: seen.paid,
        credit: allowance.credit,
        expires_at: Some(allowance.expires_at),
    };
    allow_in(&mut tx, Actor::System, purchase).await?;
    tx.commit().await?;
    Ok(Applied::Changed)
}
