use kernel::{Actor, Db, Tx, UserId};

use super::{expire_lots::expire_in, only_operators, release::return_hold};
use crate::{
    Error,
    server_side::{
        model::Part,
        store::{self, Wallet},
    },
};

/// Empties a person's wallet before their account is erased: what is held goes back, and all credit is booked as
/// expired. Without a wallet, it does nothing. The ledger stays; once the account is gone, nothing in it names the
/// person.
///
/// What comes into the wallet after that is emptied by [`expire_lots`](super::expire_lots). So this may commit
/// before the account goes, and should: the wallet's lock is then not held while rows go that others lock first.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.close_wallet", skip_all, fields(user = %user))]
pub async fn close_wallet(db: &Db, actor: Actor, user: UserId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    close_wallet_in(&mut tx, actor, user).await?;
    Ok(tx.commit().await?)
}

/// As [`close_wallet`], in the caller's transaction.
///
/// # Errors
/// See [`close_wallet`].
pub async fn close_wallet_in(tx: &mut Tx, actor: Actor, user: UserId) -> Result<(), Error> {
    only_operators(actor)?;
    match store::find_wallet_of(tx, user).await? {
        Some(wallet) => empty(tx, &wallet).await,
        None => Ok(()),
    }
}

/// Returns all holds and expires all credit of a wallet that is locked.
pub async fn empty(tx: &mut Tx, wallet: &Wallet) -> Result<(), Error> {
    for generation in store::open_holds_of(tx, wallet.id).await? {
        return_hold(tx, wallet, generation).await?;
    }
    let lots = store::lots(tx, wallet.id).await?;
    let parts: Vec<Part> = lots.iter().map(|lot| (lot.id, lot.left)).collect();
    expire_in(tx, wallet, &parts).await
}
