use kernel::{Actor, Db, Tx, UserId};

use crate::{
    Error, GrantAdmin, queries,
    server_side::{model, store},
};

/// Makes the owner of an address an admin.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system, [`Error::NotFound`] when nobody has the
/// address.
#[tracing::instrument(name = "users.grant_admin", skip_all)]
pub async fn grant_admin(db: &Db, actor: Actor, command: GrantAdmin) -> Result<UserId, Error> {
    model::may_grant_roles(actor)?;
    let id = queries::by_email(db, &command.email)
        .await?
        .ok_or(Error::NotFound)?;
    let mut tx = db.begin().await?;
    grant_admin_in(&mut tx, actor, id).await?;
    tx.commit().await?;
    Ok(id)
}

/// As [`grant_admin`], in the caller's transaction.
///
/// # Errors
/// See [`grant_admin`].
pub async fn grant_admin_in(tx: &mut Tx, actor: Actor, id: UserId) -> Result<(), Error> {
    model::may_grant_roles(actor)?;
    let mut user = store::lock(tx, id).await?;
    if let Some(changed) = user.make_admin() {
        store::update(tx, &user).await?;
        tx.record(&changed)?;
    }
    Ok(())
}
