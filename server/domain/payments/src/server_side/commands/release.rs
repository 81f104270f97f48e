use kernel::{Actor, Db, Tx, id::Uuid};

use super::{only_operators, record};
use crate::{
    Error, LineKind, MicroUsd, events,
    server_side::{
        model,
        store::{self, Posting, Wallet},
    },
};

/// What became of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// It went back to its lots.
    Returned {
        /// How much.
        amount: MicroUsd,
    },
    /// It had been captured or released before.
    Settled,
    /// No credit was held for the run: its model has no price.
    NoHold,
}

/// Returns what was held for a run, in the caller's transaction: to the lots that it came from, those that
/// have expired meanwhile too, from where it expires with the next sweep. Again, it does nothing.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "payments.release", skip_all, fields(generation = %generation))]
pub async fn release_in(tx: &mut Tx, generation: Uuid) -> Result<Released, Error> {
    let Some(hold) = store::find_hold(tx, generation).await? else {
        return Ok(Released::NoHold);
    };
    let wallet = store::lock_wallet(tx, hold.wallet).await?;
    return_hold(tx, &wallet, generation).await
}

/// Returns a hold of a wallet that is locked.
pub async fn return_hold(
    tx: &mut Tx,
    wallet: &Wallet,
    generation: Uuid,
) -> Result<Released, Error> {
    let hold = store::find_hold(tx, generation).await?;
    let Some(hold) = hold.filter(|hold| !hold.settled) else {
        return Ok(Released::Settled);
    };
    let parts = store::parts_of_hold(tx, generation, &hold).await?;
    let entries = model::release(&parts)?;
    let key = generation.to_string();
    let posting = Posting::new(LineKind::Release, &key, &entries).of_generation(generation);
    store::post(tx, wallet, posting).await?;
    store::settle_hold(tx, generation).await?;
    let amount = hold.amount;
    record(tx, wallet, |user_id| events::Released {
        user_id,
        generation_id: generation,
        amount,
    })?;
    Ok(Released::Returned { amount })
}

/// Returns what is still held for runs that are over; gives how many there were. One transaction each.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.release_abandoned", skip_all)]
pub async fn release_abandoned(db: &Db, actor: Actor, generations: &[Uuid]) -> Result<u64, Error> {
    only_operators(actor)?;
    let mut returned = 0;
    for generation in generations {
        let mut tx = db.begin().await?;
        if let Released::Returned { .. } = release_in(&mut tx, *generation).await? {
            tx.commit().await?;
            returned += 1;
        }
    }
    Ok(returned)
}
