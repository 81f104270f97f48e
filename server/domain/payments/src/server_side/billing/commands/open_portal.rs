use kernel::{Actor, Db};

use super::{customer, key};
use crate::{
    Error,
    server_side::billing::{PaymentProvider, ProviderError},
};

/// Opens the provider's page on which a person sees invoices and changes the card; gives its address, which only
/// that person may know.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.open_portal", skip_all)]
pub async fn open_portal(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    return_url: &str,
) -> Result<String, Error> {
    let user = actor.person()?;
    let customer = customer::customer_of(db, provider, user).await?;
    let visit =
        |customer, key| async move { provider.open_portal(&key, &customer, return_url).await };
    let page = match visit(customer.clone(), key("portal", db.clock().uuid())?).await {
        Err(ProviderError::NotFound) => {
            let customer = customer::replace(db, provider, user, &customer).await?;
            visit(customer, key("portal", db.clock().uuid())?).await?
        }
        page => page?,
    };
    Ok(page.url)
}
