use kernel::{Db, UserId};
use users::{Language, commands::register_in};

use crate::{
    Error, Hasher, SignUp,
    server_side::{
        mail::{self, Notice},
        model, store,
    },
};

/// Opens an account. Anybody may.
///
/// Asked again with the same address and password, it is the same person again, and gets the
/// account that is there: a double click does no harm.
///
/// One hash is computed either way, so the time does not tell whether the address has an account.
/// The outcome still does: a stranger who asks for somebody's address with a password of their
/// own is refused, and would not be if there were no account. The words of the refusal do not
/// claim it, but only a letter to the address, sent before anything is opened, can close this: where the site
/// asks for that, people come by [`super::ask_to_sign_up`] instead.
///
/// The link by which they verify their address is sent to them.
///
/// # Errors
/// [`Error::GuessablePassword`]; [`Error::SignUpRefused`] when somebody has the address and not
/// this password; [`Error::Busy`] when too many are asking.
#[tracing::instrument(name = "auth.sign_up", skip_all)]
pub async fn sign_up(
    db: &Db,
    hasher: &Hasher,
    command: SignUp,
    language: Language,
) -> Result<UserId, Error> {
    if model::is_guessable(command.password.expose(), &command.email) {
        return Err(Error::GuessablePassword);
    }
    let user = users::queries::by_email(db, &command.email).await?;
    let hash = store::password_hash(db, user).await?;
    if let Some(user) = user {
        return same_person(hasher, &command, user, hash.as_deref()).await;
    }
    let new_hash = hasher.hash(command.password.expose()).await?;
    match open(db, &command, &new_hash, language).await {
        // Somebody was faster, perhaps the other click of the same person.
        Err(Error::SignUpRefused) => {
            let user = users::queries::by_email(db, &command.email)
                .await?
                .ok_or(Error::SignUpRefused)?;
            let hash = store::password_hash(db, Some(user)).await?;
            same_person(hasher, &command, user, hash.as_deref()).await
        }
        opened => opened,
    }
}

async fn same_person(
    hasher: &Hasher,
    command: &SignUp,
    user: UserId,
    hash: Option<&str>,
) -> Result<UserId, Error> {
    let right = hasher.verify(command.password.expose(), hash).await?;
    right.then_some(user).ok_or(Error::SignUpRefused)
}

async fn open(db: &Db, command: &SignUp, hash: &str, language: Language) -> Result<UserId, Error> {
    let mut tx = db.begin().await?;
    let user = register_in(&mut tx, &command.email).await?;
    store::insert(&mut tx, user, hash).await?;
    mail::queue_in(&mut tx, user, language, Notice::VerifyAddress).await?;
    tx.commit().await?;
    Ok(user)
}
