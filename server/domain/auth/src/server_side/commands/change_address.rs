use kernel::{Actor, Db};
use users::Language;

use crate::{
    ChangeAddress, Error, Hasher,
    server_side::{
        limits,
        mail::{self, Notice, To},
        store,
    },
};

const WHAT: &str = "change";

/// Sends a link to another address of the person who asks. Only when it is opened does the address change: see
/// [`super::verify_address`]. Whether somebody else has the address, nobody learns here.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::WrongPassword`]; [`Error::Busy`] when too many are asking.
#[tracing::instrument(name = "auth.change_address", skip_all)]
pub async fn change_address(
    db: &Db,
    hasher: &Hasher,
    actor: Actor,
    command: ChangeAddress,
    language: Language,
) -> Result<(), Error> {
    let user = actor.person()?;
    let hash = store::password_hash(db, Some(user)).await?;
    if !hasher
        .verify(command.password.expose(), hash.as_deref())
        .await?
    {
        return Err(Error::WrongPassword);
    }
    let mut tx = db.begin().await?;
    if limits::of_address(&mut tx, WHAT, &command.email).await? {
        let to = To::Other(user, &command.email);
        mail::queue_to(&mut tx, to, language, Notice::ConfirmNewAddress).await?;
    }
    tx.commit().await?;
    Ok(())
}
