//! One file a use case.

mod begin_checkout;
mod customer;
mod end_grace;
mod manage_plan;
mod open_portal;
mod process_webhook;
mod receive_webhook;
mod reconcile;
mod refund;
mod set_offers;

pub use begin_checkout::begin_checkout;
pub use end_grace::{close_customer, end_grace};
pub use manage_plan::{cancel_plan, change_plan};
pub use open_portal::open_portal;
pub use process_webhook::process_webhook;
pub use receive_webhook::{NotTaken, receive_webhook};
pub use reconcile::{Difference, DifferenceKind, reconcile};
pub use refund::{OrderRefund, order_refund, pay_refund};
pub use set_offers::set_offers;

use kernel::{Actor, Internal, id::Uuid};

use crate::{Error, IdempotencyKey};

fn only_the_site(actor: Actor) -> Result<(), Error> {
    if actor == Actor::System {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// A key of ours at the provider.
fn key(of: &str, id: Uuid) -> Result<IdempotencyKey, Internal> {
    IdempotencyKey::parse(&format!("{of}:{id}")).map_err(Internal::new)
}
