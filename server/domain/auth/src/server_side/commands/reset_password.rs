use kernel::{Db, UserId};
use users::{Email, Language, commands::mark_verified_in};

use crate::{
    Error, Hasher, ResetPassword,
    events::PasswordChanged,
    server_side::{
        links::{self, Purpose},
        mail::{self, Notice},
        model, sessions, store,
    },
};

/// Whether a link can still be used, for the page that it leads to.
///
/// # Errors
/// [`Error::LinkExpired`] when it never was, was used, or is too old.
pub async fn check_reset_link(db: &Db, token: &crate::LinkToken) -> Result<(), Error> {
    let link = links::find(db, Purpose::ResetPassword, token).await?;
    link.map(|_| ()).ok_or(Error::LinkExpired)
}

/// Gives the person who got the link another password, ends all their sessions, and tells them by mail.
/// Whoever has the link may.
///
/// # Errors
/// [`Error::LinkExpired`], [`Error::GuessablePassword`] (the link is good for another try),
/// [`Error::Busy`].
#[tracing::instrument(name = "auth.reset_password", skip_all)]
pub async fn reset_password(
    db: &Db,
    hasher: &Hasher,
    command: ResetPassword,
    language: Language,
) -> Result<UserId, Error> {
    let link = links::find(db, Purpose::ResetPassword, &command.token)
        .await?
        .ok_or(Error::LinkExpired)?;
    let address = Email::parse(&link.address).map_err(kernel::Internal::new)?;
    if model::is_guessable(command.new.expose(), &address) {
        return Err(Error::GuessablePassword);
    }
    let hash = hasher.hash(command.new.expose()).await?;

    let user_id = link.user;
    let mut tx = db.begin().await?;
    // Of two who use it at once, one finds it gone.
    if !links::use_in(&mut tx, Purpose::ResetPassword, user_id, &command.token).await? {
        return Err(Error::LinkExpired);
    }
    store::set(&mut tx, user_id, &hash).await?;
    // The link was read where it was sent: links end when the address changes.
    mark_verified_in(&mut tx, user_id).await?;
    sessions::end_all(&mut tx, user_id).await?;
    tx.record(&PasswordChanged { user_id })?;
    mail::queue_in(&mut tx, user_id, language, Notice::PasswordChanged).await?;
    tx.commit().await?;
    Ok(user_id)
}
