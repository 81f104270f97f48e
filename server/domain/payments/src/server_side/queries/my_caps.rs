use kernel::{Actor, Db};

use crate::{Caps, Error, MicroUsd};

/// What the person who asks allows to be spent.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "payments.my_caps", skip_all)]
pub async fn my_caps(db: &Db, actor: Actor) -> Result<Caps, Error> {
    let user = actor.person()?;
    let row = sqlx::query!(
        "select message_cap, day_cap, month_cap from wallets where user_id = $1",
        user.0
    );
    let row = row.fetch_optional(db.pool()).await?;
    Ok(row.map_or_else(Caps::default, |row| Caps {
        message: row.message_cap.map(MicroUsd),
        day: row.day_cap.map(MicroUsd),
        month: row.month_cap.map(MicroUsd),
    }))
}
