use kernel::{Actor, Db, Job, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use users::{Language, commands::schedule_deletion_in};

use crate::{
    DeleteAccount, Error, Hasher,
    server_side::{
        links::{self, Purpose},
        mail::{self, Notice},
        sessions, store,
    },
};

/// The job that erases an account when its time has come, unless it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseAccount {
    /// Whose.
    pub user_id: UserId,
}

impl Job for EraseAccount {
    const KIND: &'static str = "users.erase_account";

    fn about(&self) -> Option<UserId> {
        Some(self.user_id)
    }
}

/// Has the account of the person who asks erased after a time in which they can change their mind, signs
/// them out everywhere, and tells them by mail; gives when.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::WrongPassword`]; [`Error::Busy`] when too many are asking.
#[tracing::instrument(name = "auth.delete_account", skip_all)]
pub async fn delete_account(
    db: &Db,
    hasher: &Hasher,
    actor: Actor,
    command: DeleteAccount,
    language: Language,
) -> Result<OffsetDateTime, Error> {
    let user_id = actor.person()?;
    let hash = store::password_hash(db, Some(user_id)).await?;
    if !hasher
        .verify(command.password.expose(), hash.as_deref())
        .await?
    {
        return Err(Error::WrongPassword);
    }
    let mut tx = db.begin().await?;
    let at = schedule_deletion_in(&mut tx, user_id).await?;
    sessions::end_all(&mut tx, user_id).await?;
    links::drop_in(&mut tx, Purpose::ResetPassword, user_id).await?;
    tx.enqueue_at(&EraseAccount { user_id }, at).await?;
    mail::queue_in(&mut tx, user_id, language, Notice::DeletionScheduled { at }).await?;
    tx.commit().await?;
    Ok(at)
}

/// Erases what is about a person and not tied to their account: mail that waits for their address. To be
/// called before the account is erased.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system.
#[tracing::instrument(name = "auth.erase_traces", skip_all, fields(user = %user_id))]
pub async fn erase_traces(db: &Db, actor: Actor, user_id: UserId) -> Result<(), Error> {
    if actor != Actor::System {
        return Err(Error::Forbidden);
    }
    let profile = match users::queries::profile_of(db, actor, user_id).await {
        Ok(profile) => profile,
        Err(users::Error::NotFound) => return Ok(()),
        Err(e) => return Err(e.into()),
    };
    sqlx::query!(
        "delete from mails where lower(address) = lower($1)",
        profile.email.as_str()
    )
    .execute(db.pool())
    .await?;
    sqlx::query!(
        "delete from sign_ups where lower(email) = lower($1)",
        profile.email.as_str()
    )
    .execute(db.pool())
    .await?;
    Ok(())
}
