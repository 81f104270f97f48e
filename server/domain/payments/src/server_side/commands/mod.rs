//! One file a use case.

mod book_cost;
mod capture;
mod close_wallet;
mod dispute;
mod expire_lots;
mod grant;
mod hold;
mod purchase;
mod refund_charge;
mod refund_purchase;
mod release;
mod return_refund;
mod set_caps;
mod set_prices;

pub use book_cost::book_cost_in;
pub use capture::{Captured, capture_in};
pub use close_wallet::{close_wallet, close_wallet_in};
pub use dispute::{dispute_in, resolve_dispute_in, unflag};
pub use expire_lots::expire_lots;
pub use grant::{grant, grant_in};
pub use hold::{Hold, hold_in};
pub use purchase::{allow_in, purchase_in};
pub use refund_charge::{refund_charge, refund_charge_in};
pub use refund_purchase::{Refunded, refund_purchase_in};
pub use release::{Released, release_abandoned, release_in};
pub use return_refund::return_refund_in;
pub use set_caps::set_caps;
pub use set_prices::set_prices;

use kernel::{Actor, Event, Internal, Tx, UserId};

use super::store::Wallet;
use crate::{Error, MicroUsd};

/// Money is given and taken by operators and by the site itself.
fn only_operators(actor: Actor) -> Result<(), Error> {
    if actor.is_operator() {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

fn positive(amount: MicroUsd) -> Result<MicroUsd, Error> {
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(Error::NotPositive)
    }
}

/// Records a fact about a person; of an erased account there is none to tell it about.
fn record<E: Event>(
    tx: &mut Tx,
    wallet: &Wallet,
    event: impl FnOnce(UserId) -> E,
) -> Result<(), Internal> {
    match wallet.user {
        Some(user) => tx.record(&event(user)),
        None => Ok(()),
    }
}
