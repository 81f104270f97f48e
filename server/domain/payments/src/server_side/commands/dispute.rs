use kernel::{Actor, Db, Internal, Tx, UserId};

use super::{only_operators, positive, record, refund_charge::revive};
use crate::{
    Dispute, DisputeOutcome, Error, LineKind, MicroUsd, PaymentReference,
    events::{DisputeResolved, PaymentDisputed, WalletUnflagged},
    server_side::{
        model,
        store::{self, DisputeRow, Posting, Wallet},
    },
};

/// A payer's bank has taken a payment back, in the caller's transaction: what is left of its lot is taken, up to
/// what the money stands for, and nothing can be spent from the wallet until the dispute is won or an operator
/// unflags it. What has been spent is the house's loss. Again, it does nothing.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotFound`] for an unknown payment;
/// [`Error::NotPositive`]; [`Error::TooMuch`] for more money than is still here; [`Error::Conflict`] when the
/// dispute is about something else.
#[tracing::instrument(name = "payments.dispute", skip_all)]
pub async fn dispute_in(tx: &mut Tx, actor: Actor, command: Dispute) -> Result<(), Error> {
    only_operators(actor)?;
    let money = positive(command.money)?;
    let lot = store::paid_lot(tx, &command.payment).await?;
    let wallet = store::lock_wallet(tx, lot.ok_or(Error::NotFound)?.wallet).await?;
    if let Some(before) = store::find_dispute(tx, &command.reference).await? {
        let same =
            before.payment.as_deref() == Some(command.payment.as_str()) && before.money == money;
        return if same { Ok(()) } else { Err(Error::Conflict) };
    }
    // Again, now that nothing can change it.
    let lot = store::paid_lot(tx, &command.payment).await?;
    let lot = lot.ok_or_else(|| Internal::new("a lot is gone"))?;
    let here = store::money_left(tx, &command.payment).await?;
    if money > here {
        return Err(Error::TooMuch { left: here });
    }
    let credit = lot.amount.share_up(money, lot.paid)?.min(lot.left);
    let entries = model::dispute(lot.id, money, credit)?;
    let posting = Posting::new(LineKind::Dispute, command.reference.as_str(), &entries);
    store::post(tx, &wallet, posting.of_payment(&command.payment)).await?;
    let row = DisputeRow {
        lot: lot.id,
        wallet: wallet.id,
        payment: None,
        money,
        taken: credit,
        outcome: None,
    };
    store::insert_dispute(tx, &command.reference, &row).await?;
    store::set_flag(tx, wallet.id, true).await?;
    record(tx, &wallet, |user_id| PaymentDisputed {
        user_id,
        lot_id: lot.id,
        money,
        credit,
    })?;
    Ok(())
}

/// A dispute has ended, in the caller's transaction. Won, money and credit come back, to be spent for 30 days more
/// if their time is over, and the wallet is unflagged unless another dispute stands against it. Lost, credit
/// that has come back to the lot meanwhile is taken as well, up to what the money stands for, and the flag
/// stays. Again, it does nothing.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotFound`] for an unknown dispute;
/// [`Error::Conflict`] when it has ended the other way.
#[tracing::instrument(name = "payments.resolve_dispute", skip_all)]
pub async fn resolve_dispute_in(
    tx: &mut Tx,
    actor: Actor,
    reference: &PaymentReference,
    outcome: DisputeOutcome,
) -> Result<(), Error> {
    only_operators(actor)?;
    let dispute = store::find_dispute(tx, reference).await?;
    let wallet = store::lock_wallet(tx, dispute.ok_or(Error::NotFound)?.wallet).await?;
    // Again, now that nothing can change it.
    let dispute = store::find_dispute(tx, reference).await?;
    let dispute = dispute.ok_or_else(|| Internal::new("a dispute is gone"))?;
    match dispute.outcome {
        Some(before) if before == outcome => return Ok(()),
        Some(_) => return Err(Error::Conflict),
        None => {}
    }
    store::resolve(tx, reference, outcome).await?;
    let credit = match outcome {
        DisputeOutcome::Won => won(tx, &wallet, reference, &dispute).await?,
        DisputeOutcome::Lost => lost(tx, &wallet, reference, &dispute).await?,
    };
    record(tx, &wallet, |user_id| DisputeResolved {
        user_id,
        lot_id: dispute.lot,
        outcome,
        credit,
    })?;
    Ok(())
}

async fn won(
    tx: &mut Tx,
    wallet: &Wallet,
    reference: &PaymentReference,
    dispute: &DisputeRow,
) -> Result<MicroUsd, Error> {
    if dispute.taken.is_positive() {
        revive(tx, wallet, &[dispute.lot]).await?;
    }
    let entries = model::dispute_won(dispute.lot, dispute.money, dispute.taken)?;
    post(
        tx,
        wallet,
        LineKind::DisputeWon,
        reference,
        dispute,
        &entries,
    )
    .await?;
    let others = store::disputed(tx, wallet.id).await?;
    if !others.open && !others.lost {
        store::set_flag(tx, wallet.id, false).await?;
    }
    Ok(dispute.taken)
}

async fn lost(
    tx: &mut Tx,
    wallet: &Wallet,
    reference: &PaymentReference,
    dispute: &DisputeRow,
) -> Result<MicroUsd, Error> {
    let payment = payment_of(dispute)?;
    let lot = store::paid_lot(tx, &payment).await?;
    let lot = lot.ok_or_else(|| Internal::new("a lot is gone"))?;
    let due = lot.amount.share_up(dispute.money, lot.paid)?;
    let more = due.minus(dispute.taken)?.min(lot.left);
    if more.is_positive() {
        let entries = model::dispute_lost(lot.id, more)?;
        post(
            tx,
            wallet,
            LineKind::DisputeLost,
            reference,
            dispute,
            &entries,
        )
        .await?;
    }
    Ok(more.negated()?)
}

async fn post(
    tx: &mut Tx,
    wallet: &Wallet,
    kind: LineKind,
    reference: &PaymentReference,
    dispute: &DisputeRow,
    entries: &model::Entries,
) -> Result<(), Error> {
    let payment = payment_of(dispute)?;
    let posting = Posting::new(kind, reference.as_str(), entries).of_payment(&payment);
    store::post(tx, wallet, posting).await
}

fn payment_of(dispute: &DisputeRow) -> Result<PaymentReference, Internal> {
    let payment = dispute.payment.as_deref().unwrap_or_default();
    PaymentReference::parse(payment).map_err(Internal::new)
}

/// Lets a person spend again in spite of a lost dispute.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotFound`] for nobody's account;
/// [`Error::Conflict`] while a dispute is open.
#[tracing::instrument(name = "payments.unflag", skip_all, fields(user = %user))]
pub async fn unflag(db: &Db, actor: Actor, user: UserId) -> Result<(), Error> {
    only_operators(actor)?;
    let mut tx = db.begin().await?;
    let wallet = store::lock_wallet_of(&mut tx, user).await?;
    if store::disputed(&mut tx, wallet.id).await?.open {
        return Err(Error::Conflict);
    }
    if wallet.flagged {
        store::set_flag(&mut tx, wallet.id, false).await?;
        tx.record(&WalletUnflagged { user_id: user })?;
        tx.commit().await?;
    }
    Ok(())
}
