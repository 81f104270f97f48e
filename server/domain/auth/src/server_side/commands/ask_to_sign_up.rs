use std::net::IpAddr;

use kernel::{Db, UserId};
use users::{
    Email, Language,
    commands::{mark_verified_in, register_in},
};

use crate::{
    ConfirmSignUp, Error, Hasher, LinkToken, SignUp,
    server_side::{
        limits,
        mail::{self, Notice, To},
        model, sign_ups, store,
    },
};

const WHAT: &str = "sign up";

/// Asks for an account where addresses have to be verified first: a link is sent. Anybody may, `from` somewhere.
///
/// Whether the address has an account is looked up when the mail is sent, and told to its owner: here, words,
/// queries, hashing and time are the same for both. An address that was asked for too often gets no more
/// mail, silently.
///
/// # Errors
/// [`Error::GuessablePassword`]; [`Error::Busy`] when too many are asking; [`Error::TooOften`] when too many
/// requests come from the same network.
#[tracing::instrument(name = "auth.ask_to_sign_up", skip_all)]
pub async fn ask_to_sign_up(
    db: &Db,
    hasher: &Hasher,
    command: SignUp,
    language: Language,
    from: Option<IpAddr>,
) -> Result<(), Error> {
    if model::is_guessable(command.password.expose(), &command.email) {
        return Err(Error::GuessablePassword);
    }
    let hash = hasher.hash(command.password.expose()).await?;
    let mut tx = db.begin().await?;
    let allowed = limits::of_network(&mut tx, WHAT, from).await?;
    if allowed && limits::of_address(&mut tx, WHAT, &command.email).await? {
        let sign_up = sign_ups::insert(&mut tx, &command.email, &hash).await?;
        let to = To::Address(&command.email);
        mail::queue_to(&mut tx, to, language, Notice::ConfirmSignUp { sign_up }).await?;
    }
    tx.commit().await?;
    if allowed {
        Ok(())
    } else {
        Err(Error::TooOften)
    }
}

/// Whether a link can still be used, for the page that it leads to; gives the address.
///
/// # Errors
/// [`Error::LinkExpired`] when it never was, was used, or is too old.
pub async fn check_sign_up_link(db: &Db, token: &LinkToken) -> Result<Email, Error> {
    let waiting = sign_ups::find(db, token).await?.ok_or(Error::LinkExpired)?;
    Ok(waiting.email)
}

/// Opens the account that was asked for, for whoever has the link and knows the password: neither who asked for
/// somebody else's address, nor who follows a link that they did not ask for, gets an account by it.
///
/// # Errors
/// [`Error::LinkExpired`]; [`Error::WrongPassword`] when it is not the one that was chosen;
/// [`Error::SignUpRefused`] when the address has an account by now; [`Error::Busy`].
#[tracing::instrument(name = "auth.confirm_sign_up", skip_all)]
pub async fn confirm_sign_up(
    db: &Db,
    hasher: &Hasher,
    command: ConfirmSignUp,
) -> Result<UserId, Error> {
    let waiting = sign_ups::find(db, &command.token)
        .await?
        .ok_or(Error::LinkExpired)?;
    let hash = &waiting.password_hash;
    if !hasher.verify(command.password.expose(), Some(hash)).await? {
        return Err(Error::WrongPassword);
    }
    let mut tx = db.begin().await?;
    // All that were asked for with this address: of two at once, one finds it gone.
    if !sign_ups::remove(&mut tx, &waiting).await? {
        return Err(Error::LinkExpired);
    }
    let user = register_in(&mut tx, &waiting.email).await?;
    mark_verified_in(&mut tx, user).await?;
    store::insert(&mut tx, user, hash).await?;
    tx.commit().await?;
    Ok(user)
}
