use kernel::{Actor, Db, Internal};
use users::{
    Email, Language,
    commands::{change_email_in, mark_verified_in},
};

use crate::{
    Error, LinkToken,
    server_side::{
        limits,
        links::{self, Link, Purpose},
        mail::{self, Notice, To},
    },
};

const WHAT: &str = "verify";

/// Sends the person who asks the link by which they verify their address, once more. Too often, nothing is sent.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "auth.send_verification", skip_all)]
pub async fn send_verification(db: &Db, actor: Actor, language: Language) -> Result<(), Error> {
    let profile = users::queries::profile(db, actor).await?;
    if profile.verified {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    if limits::of_address(&mut tx, WHAT, &profile.email).await? {
        mail::queue_in(&mut tx, profile.id, language, Notice::VerifyAddress).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The address that a link proves, for the page that it leads to.
///
/// # Errors
/// [`Error::LinkExpired`] when it never was, was used, or is too old.
pub async fn check_address_link(db: &Db, token: &LinkToken) -> Result<Email, Error> {
    let (_, link) = find(db, token).await?;
    Ok(Email::parse(&link.address).map_err(Internal::new)?)
}

/// Takes a link as the proof that mail to its address reaches the person, and makes it theirs if it is a new
/// one; the old one is told. Whoever has the link may.
///
/// # Errors
/// [`Error::LinkExpired`], also when the address is another one by now; [`Error::AddressUnusable`] when
/// somebody else has the new one by now.
#[tracing::instrument(name = "auth.verify_address", skip_all)]
pub async fn verify_address(db: &Db, token: &LinkToken, language: Language) -> Result<(), Error> {
    let (purpose, link) = find(db, token).await?;
    let address = Email::parse(&link.address).map_err(Internal::new)?;
    let profile = users::queries::profile_of(db, Actor::System, link.user).await?;
    let mut tx = db.begin().await?;
    if !links::use_in(&mut tx, purpose, link.user, token).await? {
        return Err(Error::LinkExpired);
    }
    if profile.email == address {
        mark_verified_in(&mut tx, link.user).await?;
    } else if purpose == Purpose::ChangeAddress {
        change_email_in(&mut tx, link.user, &address)
            .await
            .map_err(|e| match e {
                users::Error::EmailTaken => Error::AddressUnusable,
                e => e.into(),
            })?;
        // What was sent to the old address proves nothing any more.
        links::drop_in(&mut tx, Purpose::ResetPassword, link.user).await?;
        links::drop_in(&mut tx, Purpose::VerifyAddress, link.user).await?;
        let to = To::Other(link.user, &profile.email);
        mail::queue_to(&mut tx, to, language, Notice::AddressChanged).await?;
    } else {
        return Err(Error::LinkExpired);
    }
    tx.commit().await?;
    Ok(())
}

async fn find(db: &Db, token: &LinkToken) -> Result<(Purpose, Link), Error> {
    for purpose in [Purpose::VerifyAddress, Purpose::ChangeAddress] {
        if let Some(link) = links::find(db, purpose, token).await? {
            return Ok((purpose, link));
        }
    }
    Err(Error::LinkExpired)
}
