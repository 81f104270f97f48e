use kernel::{Actor, Db};

use crate::{ChangeDisplayName, Error, server_side::store};

/// Gives the person who asks another name.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "users.change_display_name", skip_all)]
pub async fn change_display_name(
    db: &Db,
    actor: Actor,
    command: ChangeDisplayName,
) -> Result<(), Error> {
    let id = actor.person()?;
    let mut tx = db.begin().await?;
    let mut user = store::lock(&mut tx, id).await?;
    if let Some(changed) = user.rename(command.display_name) {
        store::update(&mut tx, &user).await?;
        tx.record(&changed)?;
        tx.commit().await?;
    }
    Ok(())
}
