use kernel::{Internal, Tx};

use super::{record, release::return_hold};
use crate::{
    Capture, Error, LineKind, MicroUsd, events,
    server_side::{
        model::{self, Charge, Entries, Part, in_spending_order},
        store::{self, HoldRow, Posting, Wallet, as_parts},
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
    let Some(standing) = store::lock_after_run(tx, capture.generation, capture.user).await? else {
        return Ok(Captured::Nobody);
    };
    let wallet = standing.wallet;
    if wallet.user.is_some_and(|user| user != capture.user) {
        return Err(Error::Conflict);
    }
    if let Some(before) = standing.charge {
        if before.wallet != wallet.id {
            return Err(Error::Conflict);
        }
        if standing.hold.is_some() {
            // Held after its end: it is not charged again.
            return_hold(tx, &wallet, capture.generation).await?;
        }
        return Ok(Captured::Charged {
            charged: before.charged,
        });
    }
    match standing.hold {
        Some(hold) => charge(tx, &wallet, &hold, &as_parts(&standing.lots), &capture).await,
        None => note(tx, &wallet, &capture).await,
    }
}

async fn charge(
    tx: &mut Tx,
    wallet: &Wallet,
    hold: &HoldRow,
    held: &[Part],
    capture: &Capture,
) -> Result<Captured, Error> {
    let beyond = capture.price > hold.amount && hold.may_exceed && !wallet.flagged;
    let spendable = if beyond {
        in_spending_order(&store::lots(tx, wallet.id).await?, tx.now())
    } else {
        Vec::new()
    };
    let spendable: Vec<_> = spendable.iter().map(|lot| (lot.id, lot.left)).collect();
    let Charge { charged, entries } = model::capture(held, capture.price, beyond, &spendable)?;
    let entries = model::provider_cost(entries, capture.provider_cost)?;
    let key = capture.generation.to_string();
    let posting = Posting::new(LineKind::Capture, &key, &entries).ending(capture, charged);
    store::post(tx, wallet, posting).await?;
    tell(tx, wallet, capture, charged)?;
    Ok(Captured::Charged { charged })
}

/// Without a hold, only what was used is noted, and its cost.
async fn note(tx: &mut Tx, wallet: &Wallet, capture: &Capture) -> Result<Captured, Error> {
    let entries = model::provider_cost(Entries::default(), capture.provider_cost)?;
    let key = capture.generation.to_string();
    let posting = Posting::new(LineKind::Cost, &key, &entries).ending(capture, MicroUsd::ZERO);
    store::post(tx, wallet, posting).await?;
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
