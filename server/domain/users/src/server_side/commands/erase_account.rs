use kernel::{Actor, Db, UserId};

use crate::{Error, events::AccountErased, server_side::store};

/// Whether an account's time has come.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system.
pub async fn is_to_be_erased(db: &Db, actor: Actor, user_id: UserId) -> Result<bool, Error> {
    only_the_site(actor)?;
    Ok(store::is_due(db, user_id).await?)
}

/// Erases an account whose time has come, and with it whatever belongs to it in other tables; `false` when it
/// is to be kept, or is gone. What is large has been erased before, in parts.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system.
#[tracing::instrument(name = "users.erase_account", skip_all, fields(user = %user_id))]
pub async fn erase_account(db: &Db, actor: Actor, user_id: UserId) -> Result<bool, Error> {
    only_the_site(actor)?;
    let mut tx = db.begin().await?;
    let erased = store::erase_due(&mut tx, user_id).await?;
    if erased {
        tx.record(&AccountErased { user_id })?;
        tx.commit().await?;
    }
    Ok(erased)
}

fn only_the_site(actor: Actor) -> Result<(), Error> {
    match actor {
        Actor::System => Ok(()),
        Actor::Nobody | Actor::Person { .. } => Err(Error::Forbidden),
    }
}
