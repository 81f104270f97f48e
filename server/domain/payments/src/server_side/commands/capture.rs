use kernel::{Internal, Tx};

use super::{record, release::return_hold};
use crate::{
    Capture, Error, LineKind, MicroUsd, events,
    server_side::{
        model::{self, Charge, Entries, in_spending_order},
        store::{self, HoldRow, Posting, Wallet},
    },
};

/// What became of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Captured {
    /// It was made, now or when it was asked for before.
    Charged {
        /// What the person pays: less than the price when there was not enough.
        charged: MicroUsd,
    },
    /// No credit was held for the run: a model without a price, or a hold that was released before. Nothing is
    /// charged; what was used and what it cost is noted all the same.
    NoHold,
    /// The account is gone, and no credit was held: nothing is noted.
    Nobody,
}

/// Charges for a run at its end and returns the rest of its hold, in the caller's transaction; notes what was
/// used, and books what the provider asks. Asked again, the first charge stands.
///
/// A price beyond the hold is taken from what else can be spent, unless the person had set a cap or the wallet
/// is flagged; never more than there is: the house bears the rest.
///
/// # Errors
/// [`Error::NotPositive`] for amounts below nothing, [`Error::Conflict`] when the run is another person's.
#[tracing::instrument(name = "payments.capture", skip_all, fields(generation = %capture.generation))]
pub async fn capture_in(tx: &mut Tx, capture: Capture) -> Result<Captured, Error> {
    if capture.price < MicroUsd::ZERO || capture.provider_cost < MicroUsd::ZERO {
        return Err(Error::NotPositive);
    }
    let Some(wallet) = lock_wallet_of(tx, &capture).await? else {
        return Ok(Captured::Nobody);
    };
    let generation = capture.generation;
    let (hold, before) = store::find_hold_and_charge(tx, generation).await?;
    let wallets = [
        hold.as_ref().map(|hold| hold.wallet),
        before.map(|charge| charge.wallet),
    ];
    if wallet.user.is_some_and(|user| user != capture.user)
        || wallets.into_iter().flatten().any(|of| of != wallet.id)
    {
        return Err(Error::Conflict);
    }
    let open = hold.filter(|hold| !hold.settled);
    if let Some(before) = before {
        if open.is_some() {
            // Held after its end: it is not charged again.
            return_hold(tx, &wallet, generation).await?;
        }
        return Ok(Captured::Charged {
            charged: before.charged,
        });
    }
    match open {
        Some(hold) => charge(tx, &wallet, &hold, &capture).await,
        None => note(tx, &wallet, &capture).await,
    }
}

/// Locks the person's wallet, which is made when it is first needed; after their account is gone, the wallet that credit
/// is held in for the run.
async fn lock_wallet_of(tx: &mut Tx, capture: &Capture) -> Result<Option<Wallet>, Error> {
    if let Some(wallet) = store::find_wallet_of(tx, capture.user).await? {
        return Ok(Some(wallet));
    }
    match store::find_hold(tx, capture.generation).await? {
        Some(hold) => Ok(Some(store::lock_wallet(tx, hold.wallet).await?)),
        None => Ok(store::make_wallet(tx, capture.user).await?),
    }
}

async fn charge(
    tx: &mut Tx,
    wallet: &Wallet,
    hold: &HoldRow,
    capture: &Capture,
) -> Result<Captured, Error> {
    let beyond = capture.price > hold.amount && hold.may_exceed && !wallet.flagged;
    let spendable = if beyond {
        in_spending_order(&store::lots(tx, wallet.id).await?, tx.now())
    } else {
        Vec::new()
    };
    let spendable: Vec<_> = spendable.iter().map(|lot| (lot.id, lot.left)).collect();
    let held = store::parts_of_hold(tx, capture.generation, hold).await?;
    let Charge { charged, entries } = model::capture(&held, capture.price, beyond, &spendable)?;
    let entries = model::provider_cost(entries, capture.provider_cost)?;
    let key = capture.generation.to_string();
    let posting = Posting::new(LineKind::Capture, &key, &entries);
    store::post_end(tx, wallet, posting, capture, charged).await?;
    tell(tx, wallet, capture, charged)?;
    Ok(Captured::Charged { charged })
}

/// Without a hold, only what was used is noted, and its cost.
async fn note(tx: &mut Tx, wallet: &Wallet, capture: &Capture) -> Result<Captured, Error> {
    let entries = model::provider_cost(Entries::default(), capture.provider_cost)?;
    let key = capture.generation.to_string();
    let posting = Posting::new(LineKind::Cost, &key, &entries);
    store::post_end(tx, wallet, posting, capture, MicroUsd::ZERO).await?;
    tell(tx, wallet, capture, MicroUsd::ZERO)?;
    Ok(Captured::NoHold)
}

fn tell(
    tx: &mut Tx,
    wallet: &Wallet,
    capture: &Capture,
    charged: MicroUsd,
) -> Result<(), Internal> {
    record(tx, wallet, |user_id| events::Captured {
        user_id,
        generation_id: capture.generation,
        model_id: capture.model,
        price: capture.price,
        charged,
        provider_cost: capture.provider_cost,
    })
}
