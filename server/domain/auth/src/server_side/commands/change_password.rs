use kernel::{Actor, Db};

use crate::{
    ChangePassword, Error, Hasher,
    events::PasswordChanged,
    server_side::{model, sessions, store},
};

/// Gives the person who asks another password. All their sessions end, those that are being
/// opened at this moment too, because [`crate::queries::Account::password_version`] becomes
/// another; the caller carries the one in use over.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::WrongPassword`], [`Error::SamePassword`] and
/// [`Error::GuessablePassword`] for what was typed; [`Error::Busy`] when too many are asking.
#[tracing::instrument(name = "auth.change_password", skip_all)]
pub async fn change_password(
    db: &Db,
    hasher: &Hasher,
    actor: Actor,
    command: ChangePassword,
) -> Result<(), Error> {
    let user_id = actor.person()?;
    let profile = users::queries::profile(db, actor).await?;
    let old_hash = store::password_hash(db, Some(user_id))
        .await?
        .ok_or(Error::WrongPassword)?;
    // Outside of any transaction: hashing takes its time, and may have to wait.
    if !hasher
        .verify(command.current.expose(), Some(&old_hash))
        .await?
    {
        return Err(Error::WrongPassword);
    }
    if command.current.expose() == command.new.expose() {
        return Err(Error::SamePassword);
    }
    if model::is_guessable(command.new.expose(), &profile.email) {
        return Err(Error::GuessablePassword);
    }
    let new_hash = hasher.hash(command.new.expose()).await?;

    let mut tx = db.begin().await?;
    if !store::replace(&mut tx, user_id, &old_hash, &new_hash).await? {
        // Changed meanwhile: what was current is not any more.
        return Err(Error::WrongPassword);
    }
    sessions::end_all(&mut tx, user_id).await?;
    tx.record(&PasswordChanged { user_id }).await?;
    tx.commit().await?;
    Ok(())
}
