use kernel::{Tx, UserId, id::Uuid};
use time::Time;

use super::{positive, record};
use crate::{
    CapPeriod, Error, LineKind, MicroUsd,
    events::HoldPlaced,
    server_side::{
        model::{self, available, in_spending_order, take},
        store::{self, NewHold, Posting, Wallet},
    },
};

/// Credit set aside for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// How much: the amount asked for, or the person's cap for a message. A run whose hold was cut down is
    /// never charged more: the caller sees to it that the answer is no longer than this pays for.
    pub amount: MicroUsd,
}

/// Sets credit aside for a run, in the caller's transaction: of the lots in their order of spending. Placed
/// again for the same run, the first hold stands.
///
/// The wallet stays locked until the transaction ends, so holds of one person are placed one after the other
/// and never exceed what there is.
///
/// # Errors
/// [`Error::NotEnoughCredit`]; [`Error::CapReached`] when what was charged and is held in the day or month
/// (UTC), with this hold, would exceed the person's limit; [`Error::Flagged`] while a payment is disputed;
/// [`Error::NotPositive`] for a hold of nothing; [`Error::Conflict`] for a run of somebody else, or one whose
/// hold has been settled; [`Error::NotFound`] for nobody's account.
#[tracing::instrument(name = "payments.hold", skip_all, fields(user = %user, generation = %generation))]
pub async fn hold_in(
    tx: &mut Tx,
    user: UserId,
    generation: Uuid,
    amount: MicroUsd,
) -> Result<Hold, Error> {
    let amount = positive(amount)?;
    let wallet = store::lock_wallet_of(tx, user).await?;
    if let Some(hold) = store::find_hold(tx, generation).await? {
        if hold.wallet != wallet.id || hold.settled {
            return Err(Error::Conflict);
        }
        return Ok(Hold {
            amount: hold.amount,
        });
    }
    if wallet.flagged {
        return Err(Error::Flagged);
    }
    let amount = wallet.caps.message.map_or(amount, |cap| amount.min(cap));
    within_caps(tx, &wallet, amount).await?;
    let lots = in_spending_order(&store::lots(tx, wallet.id).await?, tx.now());
    let available = available(&lots)?;
    if available < amount {
        return Err(Error::NotEnoughCredit { available });
    }
    let parts = take(lots.iter().map(|lot| (lot.id, lot.left)), amount);
    let entries = model::hold(&parts)?;
    let key = generation.to_string();
    let hold = NewHold {
        generation,
        amount,
        may_exceed: !wallet.caps.any(),
        parts: &parts,
    };
    let posting = Posting::new(LineKind::Hold, &key, &entries);
    store::post_hold(tx, &wallet, posting, hold).await?;
    record(tx, &wallet, |user_id| HoldPlaced {
        user_id,
        generation_id: generation,
        amount,
    })?;
    Ok(Hold { amount })
}

async fn within_caps(tx: &mut Tx, wallet: &Wallet, amount: MicroUsd) -> Result<(), Error> {
    let today = tx
        .now()
        .to_offset(time::UtcOffset::UTC)
        .replace_time(Time::MIDNIGHT);
    let this_month = today.replace_day(1).unwrap_or(today);
    for (period, cap, since) in [
        (CapPeriod::Day, wallet.caps.day, today),
        (CapPeriod::Month, wallet.caps.month, this_month),
    ] {
        let Some(cap) = cap else { continue };
        let used = store::charged_since(tx, wallet.id, since).await?;
        if used.plus(amount)? > cap {
            return Err(Error::CapReached { period, cap, used });
        }
    }
    Ok(())
}
