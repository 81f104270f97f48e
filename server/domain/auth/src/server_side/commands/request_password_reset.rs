use std::net::IpAddr;

use kernel::Db;
use users::Language;

use crate::{
    Error, RequestPasswordReset,
    server_side::{
        limits,
        mail::{self, Notice, To},
    },
};

const WHAT: &str = "reset";

/// Has a link sent by which the password can be changed. Anybody may ask, `from` somewhere.
///
/// Whether the address has an account is looked up when the mail is sent: here, words, queries and time
/// are the same for both. An address that was asked for too often gets no more mail, silently: it is
/// somebody's inbox.
///
/// # Errors
/// [`Error::TooOften`] when too many requests come from the same network.
#[tracing::instrument(name = "auth.request_password_reset", skip_all)]
pub async fn request_password_reset(
    db: &Db,
    command: RequestPasswordReset,
    language: Language,
    from: Option<IpAddr>,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let allowed = limits::of_network(&mut tx, WHAT, from).await?;
    if allowed && limits::of_address(&mut tx, WHAT, &command.email).await? {
        let to = To::Address(&command.email);
        mail::queue_to(&mut tx, to, language, Notice::ResetPassword).await?;
    }
    tx.commit().await?;
    if allowed {
        Ok(())
    } else {
        Err(Error::TooOften)
    }
}
