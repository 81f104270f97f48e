use kernel::{Actor, Tx};

use super::{only_operators, positive, record};
use crate::{
    Error, LineKind, LotId, LotKind, MicroUsd, Purchase,
    events::{AllowanceGiven, CreditPurchased},
    server_side::{
        model,
        store::{self, NewLot, Posting, Wallet},
    },
};

/// Gives a person the credit that they have bought, in the caller's transaction. With the same payment again,
/// the first purchase stands.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotPositive`];
/// [`Error::Conflict`] when the payment stands for something else; [`Error::NotFound`] for nobody's account.
#[tracing::instrument(name = "payments.purchase", skip_all, fields(user = %command.user))]
pub async fn purchase_in(tx: &mut Tx, actor: Actor, command: Purchase) -> Result<LotId, Error> {
    match paid_for(tx, actor, LotKind::Bought, &command).await? {
        Paid::Before(lot) => Ok(lot),
        Paid::Now(wallet, lot_id) => {
            record(tx, &wallet, |user_id| CreditPurchased {
                user_id,
                lot_id,
                paid: command.paid,
                credit: command.credit,
            })?;
            Ok(lot_id)
        }
    }
}

/// Gives a person the credit of their subscription for a period that is paid, in the caller's transaction; it
/// expires with the period. With the same invoice again, the first stands.
///
/// # Errors
/// See [`purchase_in`].
#[tracing::instrument(name = "payments.allow", skip_all, fields(user = %command.user))]
pub async fn allow_in(tx: &mut Tx, actor: Actor, command: Purchase) -> Result<LotId, Error> {
    match paid_for(tx, actor, LotKind::Allowance, &command).await? {
        Paid::Before(lot) => Ok(lot),
        Paid::Now(wallet, lot_id) => {
            record(tx, &wallet, |user_id| AllowanceGiven {
                user_id,
                lot_id,
                paid: command.paid,
                credit: command.credit,
            })?;
            Ok(lot_id)
        }
    }
}

enum Paid {
    Before(LotId),
    Now(Wallet, LotId),
}

async fn paid_for(
    tx: &mut Tx,
    actor: Actor,
    kind: LotKind,
    command: &Purchase,
) -> Result<Paid, Error> {
    only_operators(actor)?;
    let credit = positive(command.credit)?;
    if command.paid < MicroUsd::ZERO {
        return Err(Error::NotPositive);
    }
    let wallet = store::lock_wallet_of(tx, command.user).await?;
    if let Some(lot) = store::paid_lot(tx, &command.payment).await? {
        let same =
            (lot.wallet, lot.kind, lot.amount, lot.paid) == (wallet.id, kind, credit, command.paid);
        return if same {
            Ok(Paid::Before(lot.id))
        } else {
            Err(Error::Conflict)
        };
    }
    let lot = NewLot {
        kind,
        credit,
        paid: command.paid,
        payment: Some(&command.payment),
        expires_at: command.expires_at,
    };
    let lot = store::insert_lot(tx, &wallet, lot).await?;
    let entries = model::purchase(lot, command.paid, credit)?;
    let line = match kind {
        LotKind::Allowance => LineKind::Allowance,
        LotKind::Bought | LotKind::Granted => LineKind::Purchase,
    };
    let posting = Posting::new(line, command.payment.as_str(), &entries);
    store::post(tx, &wallet, posting.of_payment(&command.payment)).await?;
    Ok(Paid::Now(wallet, lot))
}
