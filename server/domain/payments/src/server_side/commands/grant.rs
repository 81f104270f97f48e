use kernel::{Actor, Db, Tx};

use super::{only_operators, positive, record};
use crate::{
    Error, Grant, LineKind, LotId, LotKind, MicroUsd,
    events::CreditGranted,
    server_side::{
        model,
        store::{self, NewLot, Posting},
    },
};

/// Gives a person credit that nobody paid for. With the same key again, the first grant stands.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site; [`Error::NotPositive`];
/// [`Error::Conflict`] when the key stands for another amount; [`Error::NotFound`] for nobody's account.
#[tracing::instrument(name = "payments.grant", skip_all, fields(user = %command.user))]
pub async fn grant(db: &Db, actor: Actor, command: Grant) -> Result<LotId, Error> {
    let mut tx = db.begin().await?;
    let lot = grant_in(&mut tx, actor, command).await?;
    tx.commit().await?;
    Ok(lot)
}

/// As [`grant`], in the caller's transaction.
///
/// # Errors
/// See [`grant`].
pub async fn grant_in(tx: &mut Tx, actor: Actor, command: Grant) -> Result<LotId, Error> {
    only_operators(actor)?;
    let credit = positive(command.credit)?;
    let wallet = store::lock_wallet_of(tx, command.user).await?;
    let key = command.key.as_str();
    if let Some(before) = store::posted(tx, wallet.id, LineKind::Grant, key).await? {
        if before.amount != credit {
            return Err(Error::Conflict);
        }
        return Ok(store::lot_of(tx, before.id).await?);
    }
    let lot = NewLot {
        kind: LotKind::Granted,
        credit,
        paid: MicroUsd::ZERO,
        payment: None,
        expires_at: command.expires_at,
    };
    let lot_id = store::insert_lot(tx, &wallet, lot).await?;
    let entries = model::grant(lot_id, credit)?;
    store::post(tx, &wallet, Posting::new(LineKind::Grant, key, &entries)).await?;
    record(tx, &wallet, |user_id| CreditGranted {
        user_id,
        lot_id,
        credit,
    })?;
    Ok(lot_id)
}
