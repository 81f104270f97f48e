use kernel::{Actor, Db, Tx, UserId};
use time::{Duration, OffsetDateTime};

use crate::{
    Error,
    events::{DeletionCancelled, DeletionScheduled},
    server_side::store,
};

/// How long a person can still change their mind.
pub const GRACE: Duration = Duration::days(14);

/// Has an account erased after [`GRACE`], in the caller's transaction; gives when. Asked again, the first
/// time stands. The caller has made sure that the person means it.
///
/// # Errors
/// [`Error::NotFound`] when the account is gone.
pub async fn schedule_deletion_in(tx: &mut Tx, user_id: UserId) -> Result<OffsetDateTime, Error> {
    let mut user = store::lock(tx, user_id).await?;
    let at = tx.now() + GRACE;
    if let Some(already) = user.delete_at {
        return Ok(already);
    }
    user.delete_at = Some(at);
    store::update(tx, &user).await?;
    tx.record(&DeletionScheduled { user_id, at })?;
    Ok(at)
}

/// Keeps the account of the person who asks, if it was to be erased.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody, [`Error::NotFound`] when it is gone.
#[tracing::instrument(name = "users.keep_account", skip_all)]
pub async fn keep_account(db: &Db, actor: Actor) -> Result<(), Error> {
    let user_id = actor.person()?;
    let mut tx = db.begin().await?;
    let mut user = store::lock(&mut tx, user_id).await?;
    if user.delete_at.take().is_some() {
        store::update(&mut tx, &user).await?;
        tx.record(&DeletionCancelled { user_id })?;
        tx.commit().await?;
    }
    Ok(())
}
