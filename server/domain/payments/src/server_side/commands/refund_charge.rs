use kernel::{Actor, Db, Tx};
use time::Duration;

use super::{expire_lots::expire_in, only_operators, record};
use crate::{
    Error, LineKind, LotId, MicroUsd, RefundCharge,
    events::ChargeRefunded,
    server_side::{
        model::{self, take},
        store::{self, Posting, Wallet},
    },
};

/// How long credit can be spent that goes back to a lot whose time is over.
pub const NEW_LIFE: Duration = Duration::days(30);

/// Gives a person back what a run cost them, or some of it; gives how much. It goes to the lots that it came
/// from, first to the one that was charged last. With the same key again, the first refund stands.
///
/// What goes back to a lot that has expired can be spent for 30 days more.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotFound`] for a run that was not
/// charged; [`Error::TooMuch`] for more than is left of the charge; [`Error::NotPositive`];
/// [`Error::Conflict`] when the key stands for another refund.
#[tracing::instrument(name = "payments.refund_charge", skip_all, fields(generation = %command.generation))]
pub async fn refund_charge(
    db: &Db,
    actor: Actor,
    command: RefundCharge,
) -> Result<MicroUsd, Error> {
    let mut tx = db.begin().await?;
    let amount = refund_charge_in(&mut tx, actor, command).await?;
    tx.commit().await?;
    Ok(amount)
}

/// As [`refund_charge`], in the caller's transaction.
///
/// # Errors
/// See [`refund_charge`].
pub async fn refund_charge_in(
    tx: &mut Tx,
    actor: Actor,
    command: RefundCharge,
) -> Result<MicroUsd, Error> {
    only_operators(actor)?;
    let generation = command.generation;
    let charge = store::find_charge(tx, generation).await?;
    let wallet = store::lock_wallet(tx, charge.ok_or(Error::NotFound)?.wallet).await?;
    let key = command.key.as_str();
    if let Some(before) = store::posted(tx, wallet.id, LineKind::ChargeRefund, key).await? {
        let same = before.generation == Some(generation)
            && command.amount.is_none_or(|amount| amount == before.amount);
        return if same {
            Ok(before.amount)
        } else {
            Err(Error::Conflict)
        };
    }
    // Again, now that nothing can change it.
    let charge = store::find_charge(tx, generation).await?;
    let charge = charge.ok_or(Error::NotFound)?;
    let left = charge.charged.minus(charge.refunded)?;
    let amount = command.amount.unwrap_or(left);
    if amount < MicroUsd::ZERO || (amount == MicroUsd::ZERO && left.is_positive()) {
        return Err(Error::NotPositive);
    }
    if amount > left || !left.is_positive() {
        return Err(Error::TooMuch { left });
    }
    let mut parts = store::parts_of(tx, generation).await?;
    parts.reverse();
    let parts = take(parts, amount);
    let lots: Vec<LotId> = parts.iter().map(|part| part.0).collect();
    revive(tx, &wallet, &lots).await?;
    let entries = model::refund_charge(&parts)?;
    let posting = Posting::new(LineKind::ChargeRefund, key, &entries).of_generation(generation);
    store::post(tx, &wallet, posting).await?;
    store::add_refunded(tx, generation, amount).await?;
    record(tx, &wallet, |user_id| ChargeRefunded {
        user_id,
        generation_id: generation,
        amount,
    })?;
    Ok(amount)
}

/// Makes lots spendable again whose time is over, without what had been left of them.
pub async fn revive(tx: &mut Tx, wallet: &Wallet, lots: &[LotId]) -> Result<(), Error> {
    let expired = store::expired_of(tx, lots).await?;
    if expired.is_empty() {
        return Ok(());
    }
    expire_in(tx, wallet, &expired).await?;
    let lots: Vec<LotId> = expired.iter().map(|part| part.0).collect();
    let until = tx.now() + NEW_LIFE;
    Ok(store::set_expiry(tx, &lots, until).await?)
}
