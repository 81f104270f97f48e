use kernel::{Tx, UserId};

use crate::{
    Email, Error,
    events::{EmailChanged, EmailVerified},
    server_side::store,
};

/// Notes that mail to a person's address reaches them, in the caller's transaction. The caller has proof.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn mark_verified_in(tx: &mut Tx, user_id: UserId) -> Result<(), Error> {
    if store::set_verified(tx, user_id).await? {
        tx.record(&EmailVerified { user_id })?;
    }
    Ok(())
}

/// Gives a person another address, which the caller has proof of, in the caller's transaction.
///
/// # Errors
/// [`Error::EmailTaken`]; Postgres has then ended the transaction, and nothing else can be done in it.
/// [`Error::NotFound`] when the account is gone.
pub async fn change_email_in(tx: &mut Tx, user_id: UserId, email: &Email) -> Result<(), Error> {
    store::lock(tx, user_id).await?;
    store::set_email(tx, user_id, email).await?;
    tx.record(&EmailChanged { user_id })?;
    Ok(())
}
