use kernel::{Actor, Db};
use users::Language;

use crate::{
    ChangePassword, Error, Hasher,
    events::PasswordChanged,
    server_side::{
        links::{self, Purpose},
        mail::{self, Notice},
        model, sessions, store,
    },
};

/// Gives the person who asks another password. All their sessions end, those that are being
/// opened at this moment too, because [`crate::queries::Account::password_version`] becomes
/// another; the caller carries the one in use over. The person is told by mail, in `language` unless they
/// have chosen one.
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
    language: Language,
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
    // A link that was asked for before is none of the person's any more, perhaps never was.
    links::drop_in(&mut tx, Purpose::ResetPassword, user_id).await?;
    tx.record(&PasswordChanged { user_id })?;
    mail::queue_in(&mut tx, user_id, language, Notice::PasswordChanged).await?;
    tx.commit().await?;
    Ok(())
}
