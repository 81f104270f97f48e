use kernel::{Db, UserId};

use crate::{Error, Hasher, SignIn, server_side::store};

/// Finds out whether the person is who they say. Anybody may ask.
///
/// The answer, the queries and the hashing are the same whether or not the address has an
/// account.
///
/// # Errors
/// [`Error::SignInRefused`] when address and password do not belong together, [`Error::Busy`]
/// when too many are asking.
#[tracing::instrument(name = "auth.sign_in", skip_all)]
pub async fn sign_in(db: &Db, hasher: &Hasher, command: SignIn) -> Result<UserId, Error> {
    let user = users::queries::by_email(db, &command.email).await?;
    let hash = store::password_hash(db, user).await?;
    let password = command.password.expose();
    let right = hasher.verify(password, hash.as_deref()).await?;
    match (user, hash) {
        (Some(user), Some(hash)) if right => {
            if hasher.is_outdated(&hash) {
                renew(db, hasher, user, password, &hash).await?;
            }
            Ok(user)
        }
        _ => Err(Error::SignInRefused),
    }
}

/// Brings the hash to the costs of today: the password is only at hand now.
async fn renew(
    db: &Db,
    hasher: &Hasher,
    user: UserId,
    password: &str,
    old: &str,
) -> Result<(), Error> {
    match hasher.hash(password).await {
        Ok(new) => Ok(store::renew(db, user, old, &new).await?),
        // Not worth turning the person away: there will be a next time.
        Err(Error::Busy) => Ok(()),
        Err(e) => Err(e),
    }
}
