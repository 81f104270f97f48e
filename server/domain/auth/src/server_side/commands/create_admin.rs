use kernel::{Actor, Db, UserId};
use users::{
    GrantAdmin,
    commands::{grant_admin, grant_admin_in, mark_verified_in, register_in},
    queries::by_email,
};

use crate::{
    CreateAdmin, Error, Hasher,
    server_side::{model, store},
};

/// What [`create_admin`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminCreated {
    /// Opened an account.
    New(UserId),
    /// There was an account: it is an admin's now, with the password it had.
    Promoted(UserId),
}

/// Opens an account for an admin, or makes the account that exists one.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system, [`Error::GuessablePassword`].
#[tracing::instrument(name = "auth.create_admin", skip_all)]
pub async fn create_admin(
    db: &Db,
    hasher: &Hasher,
    actor: Actor,
    command: CreateAdmin,
) -> Result<AdminCreated, Error> {
    if actor != Actor::System {
        return Err(Error::Forbidden);
    }
    if by_email(db, &command.email).await?.is_some() {
        let promoted = grant_admin(
            db,
            actor,
            GrantAdmin {
                email: command.email,
            },
        )
        .await?;
        return Ok(AdminCreated::Promoted(promoted));
    }
    if model::is_guessable(command.password.expose(), &command.email) {
        return Err(Error::GuessablePassword);
    }
    let hash = hasher.hash(command.password.expose()).await?;

    let mut tx = db.begin().await?;
    let user = register_in(&mut tx, &command.email).await?;
    store::insert(&mut tx, user, &hash).await?;
    // The operator vouches for it.
    mark_verified_in(&mut tx, user).await?;
    grant_admin_in(&mut tx, actor, user).await?;
    tx.commit().await?;
    Ok(AdminCreated::New(user))
}
