use kernel::{Actor, Db};

use super::only_the_site;
use crate::{Error, Offer, server_side::billing::store};

/// States what can be bought from now on, in this order: what is not among it is kept for those who have it, and
/// sold to nobody else.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the site; [`Error::NotPositive`] for a price or credit of nothing, or a
/// price that is not whole cents.
#[tracing::instrument(name = "payments.set_offers", skip_all)]
pub async fn set_offers(db: &Db, actor: Actor, offers: &[Offer]) -> Result<(), Error> {
    only_the_site(actor)?;
    for Offer { price, credit, .. } in offers {
        if !price.is_positive() || !credit.is_positive() || price.0 % 10_000 != 0 {
            return Err(Error::NotPositive);
        }
    }
    let mut tx = db.begin().await?;
    let codes: Vec<_> = offers.iter().map(|offer| offer.code.clone()).collect();
    store::offer_only(&mut tx, &codes).await?;
    for (position, offer) in (1..).zip(offers) {
        store::put_offer(&mut tx, offer, position).await?;
    }
    tx.commit().await?;
    Ok(())
}
