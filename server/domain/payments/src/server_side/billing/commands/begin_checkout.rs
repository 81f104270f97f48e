use kernel::{Actor, Db, UserId};
use time::Duration;

use super::{customer, key};
use crate::{
    BeginCheckout, CheckoutStatus, Error, Offer, OfferKind, PaymentReference,
    server_side::billing::{NewCheckout, Page, PaymentProvider, ProviderError, store},
};

/// For how long a checkout can be begun again with its id: the provider remembers keys for a day.
const AGAIN: Duration = Duration::hours(23);

/// Begins to buy an offer; gives the address of the page on which the person pays. With the same id again, it is the
/// same page. Nothing is given before the provider says that it is paid.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::NotFound`] for what is not on sale; [`Error::Subscribed`] for a plan
/// beside a plan; [`Error::Conflict`] for an id that stands for another checkout or an old one;
/// [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.begin_checkout", skip_all, fields(checkout = %command.id))]
pub async fn begin_checkout(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    command: BeginCheckout,
) -> Result<String, Error> {
    let user = actor.person()?;
    let offer = store::offered(db, &command.offer).await?;
    let offer = offer.ok_or(Error::NotFound)?;
    let mut tx = db.begin().await?;
    if offer.kind == OfferKind::Plan && store::has_plan(&mut tx, user).await? {
        return Err(Error::Subscribed);
    }
    if let Some(begun) = store::insert_checkout(&mut tx, command.id, user, &offer.code).await? {
        let same = begun.user == user && begun.offer == offer.code;
        if !same || begun.created_at + AGAIN < tx.now() {
            return Err(Error::Conflict);
        }
    }
    tx.commit().await?;
    if offer.kind == OfferKind::Plan {
        end_others(db, provider, user, &command).await?;
    }
    let page = begin(db, provider, user, &command, offer).await?;
    store::set_session(db, command.id, &page.id).await?;
    Ok(page.url)
}

async fn begin(
    db: &Db,
    provider: &dyn PaymentProvider,
    user: UserId,
    command: &BeginCheckout,
    offer: Offer,
) -> Result<Page, Error> {
    let price = provider.price_of(&offer).await?;
    let customer = customer::customer_of(db, provider, user).await?;
    let mut checkout = NewCheckout {
        id: command.id,
        user,
        customer,
        offer,
        price,
        success_url: command.success_url.clone(),
        cancel_url: command.cancel_url.clone(),
    };
    let once = key("checkout", command.id)?;
    match provider.begin_checkout(&once, &checkout).await {
        Err(ProviderError::NotFound) => {}
        begun => return Ok(begun?),
    }
    checkout.customer = customer::replace(db, provider, user, &checkout.customer).await?;
    let again = key("checkout-again", command.id)?;
    Ok(provider.begin_checkout(&again, &checkout).await?)
}

/// Ends the person's other checkouts of plans, so that nobody pays for two.
async fn end_others(
    db: &Db,
    provider: &dyn PaymentProvider,
    user: UserId,
    command: &BeginCheckout,
) -> Result<(), Error> {
    for session in store::open_plans(db, user, command.id).await? {
        match provider.expire_checkout(&session).await {
            Ok(()) | Err(ProviderError::NotFound) => {
                expired(db, &session).await?;
            }
            // It has just been paid, or has ended: its webhook tells.
            Err(ProviderError::Refused(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

async fn expired(db: &Db, session: &PaymentReference) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    store::set_checkout(&mut tx, session, CheckoutStatus::Expired).await?;
    tx.commit().await?;
    Ok(())
}
