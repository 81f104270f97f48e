use kernel::{Actor, Db, UserId};

use super::only_the_site;
use crate::{
    Error, PaymentReference,
    server_side::billing::{
        EndGrace, PaymentProvider, ProviderError, apply::apply_subscription, store,
    },
};

/// Ends a subscription whose renewal was not paid within its grace; one that was paid meanwhile goes on.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the site; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.end_grace", skip_all, fields(subscription = %job.subscription))]
pub async fn end_grace(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    job: &EndGrace,
) -> Result<(), Error> {
    only_the_site(actor)?;
    let Some(id) = store::out_of_grace(db, job.subscription).await? else {
        return Ok(());
    };
    // It may have been paid, and nobody has told us.
    apply_subscription(db, provider, &id).await?;
    if store::out_of_grace(db, job.subscription).await?.is_some() {
        cancel(db, provider, &id).await?;
    }
    Ok(())
}

/// Ends what somebody pays for regularly, before their account is erased.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the site; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.close_customer", skip_all, fields(user = %user))]
pub async fn close_customer(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    user: UserId,
) -> Result<(), Error> {
    only_the_site(actor)?;
    while let Some(current) = store::current(db, user).await? {
        cancel(db, provider, &current.provider_id).await?;
    }
    Ok(())
}

async fn cancel(
    db: &Db,
    provider: &dyn PaymentProvider,
    id: &PaymentReference,
) -> Result<(), Error> {
    match provider.cancel_now(id).await {
        // Over already.
        Ok(()) | Err(ProviderError::NotFound) => {}
        Err(e) => return Err(e.into()),
    }
    apply_subscription(db, provider, id).await?;
    Ok(())
}
