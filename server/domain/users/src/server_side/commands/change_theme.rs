use kernel::{Actor, Db};

use crate::{ChangeTheme, Error, server_side::store};

/// Gives the person who asks another theme, on every device.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "users.change_theme", skip_all)]
pub async fn change_theme(db: &Db, actor: Actor, command: ChangeTheme) -> Result<(), Error> {
    let id = actor.person()?;
    let mut tx = db.begin().await?;
    let mut user = store::lock(&mut tx, id).await?;
    if let Some(changed) = user.choose_theme(command.theme) {
        store::update(&mut tx, &user).await?;
        tx.record(&changed)?;
        tx.commit().await?;
    }
    Ok(())
}
