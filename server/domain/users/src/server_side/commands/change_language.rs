use kernel::{Actor, Db};

use crate::{ChangeLanguage, Error, server_side::store};

/// Gives the person who asks another language, on every device.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "users.change_language", skip_all)]
pub async fn change_language(db: &Db, actor: Actor, command: ChangeLanguage) -> Result<(), Error> {
    let id = actor.person()?;
    let mut tx = db.begin().await?;
    let mut user = store::lock(&mut tx, id).await?;
    if let Some(changed) = user.choose_language(command.language) {
        store::update(&mut tx, &user).await?;
        tx.record(&changed)?;
        tx.commit().await?;
    }
    Ok(())
}
