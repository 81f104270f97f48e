use kernel::{Actor, Db, UserId};

use super::key;
use crate::{
    Error, OfferKind,
    server_side::billing::{
        NewPrice, PaymentProvider,
        apply::{apply_invoice, apply_subscription},
        store::{self, Current},
    },
};

/// Changes the plan of the person who asks. A dearer one begins at once: the rest of the period is invoiced, and
/// declined it stays as it was. A cheaper one is invoiced from the next period on, and what was paid for is kept.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::NotFound`] without a plan, and for what is no plan on sale;
/// [`Error::Declined`]; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.change_plan", skip_all)]
pub async fn change_plan(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    code: &str,
) -> Result<(), Error> {
    let current = current(db, actor.person()?).await?;
    let offer = store::offered(db, code).await?;
    let offer = offer.filter(|offer| offer.kind == OfferKind::Plan);
    let offer = offer.ok_or(Error::NotFound)?;
    let price = provider.price_of(&offer).await?;
    if price == current.price {
        return Ok(());
    }
    let before = provider.price(&current.price).await?;
    let change = NewPrice {
        subscription: current.provider_id,
        item: current.item,
        price,
        at_once: offer.price > before.amount,
    };
    let key = key("change", db.clock().uuid())?;
    provider.change_price(&key, &change).await?;
    // Its webhook would tell the same a moment later.
    apply_subscription(db, provider, &change.subscription).await?;
    if let Some(invoice) = provider
        .subscription(&change.subscription)
        .await?
        .latest_invoice
    {
        apply_invoice(db, provider, &invoice).await?;
    }
    Ok(())
}

/// Ends the plan of the person who asks with its period, or has it go on after all.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::NotFound`] without a plan; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.cancel_plan", skip_all)]
pub async fn cancel_plan(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    cancel: bool,
) -> Result<(), Error> {
    let current = current(db, actor.person()?).await?;
    let key = key("cancel", db.clock().uuid())?;
    let asked = provider.cancel_at_period_end(&key, &current.provider_id, cancel);
    asked.await?;
    apply_subscription(db, provider, &current.provider_id).await?;
    Ok(())
}

async fn current(db: &Db, user: UserId) -> Result<Current, Error> {
    store::current(db, user).await?.ok_or(Error::NotFound)
}
