//! Fetches an object from the provider and applies its present state: what the ledger lacks is booked, what is known
//! of it is renewed. Again, it does nothing.

mod checkout;
mod dispute;
mod invoice;
mod refunds;
mod subscription;

pub use checkout::apply_checkout;
pub use dispute::apply_dispute;
pub use invoice::apply_invoice;
pub use refunds::apply_refunds;
pub use subscription::apply_subscription;

use kernel::{Db, Internal};

use super::{PaidFor, PaymentProvider};
use crate::{Error, PaymentReference};

/// What applying an object came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// All of it was known.
    Unchanged,
    /// Something was booked or noted.
    Changed,
    /// It is about nobody here: another site's customer, or an erased account's.
    NotOurs,
}

impl Applied {
    fn when(changed: bool) -> Self {
        if changed {
            Self::Changed
        } else {
            Self::Unchanged
        }
    }

    /// Changed when either is.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Changed, _) | (_, Self::Changed) => Self::Changed,
            (Self::NotOurs, _) | (_, Self::NotOurs) => Self::NotOurs,
            _ => Self::Unchanged,
        }
    }
}

/// Sees to it that what a payment was made for is booked; gives the name that the ledger has for it.
async fn book_payment(
    db: &Db,
    provider: &dyn PaymentProvider,
    payment: &PaymentReference,
) -> Result<Option<PaymentReference>, Error> {
    let (name, applied) = match provider.paid_for(payment).await? {
        PaidFor::Nothing => return Ok(None),
        PaidFor::Checkout(seen) => (payment.clone(), checkout::apply(db, provider, &seen).await?),
        PaidFor::Invoice(id) => {
            let applied = apply_invoice(db, provider, &id).await?;
            (id, applied)
        }
    };
    if applied == Applied::NotOurs {
        return Ok(None);
    }
    let mut tx = db.begin().await?;
    Ok(super::store::is_booked(&mut tx, &name)
        .await?
        .then_some(name))
}

pub(super) fn reference(id: &str) -> Result<PaymentReference, Internal> {
    PaymentReference::parse(id).map_err(Internal::new)
}
