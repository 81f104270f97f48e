use kernel::{Actor, Db};

use super::positive;
use crate::{Caps, Error, events::CapsSet, server_side::store};

/// Sets what the person who asks allows to be spent. It holds from the next message on.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::NotPositive`] for a limit of nothing.
#[tracing::instrument(name = "payments.set_caps", skip_all)]
pub async fn set_caps(db: &Db, actor: Actor, caps: Caps) -> Result<(), Error> {
    let user_id = actor.person()?;
    for cap in [caps.message, caps.day, caps.month].into_iter().flatten() {
        positive(cap)?;
    }
    let mut tx = db.begin().await?;
    let wallet = store::lock_wallet_of(&mut tx, user_id).await?;
    if wallet.caps != caps {
        store::store_caps(&mut tx, wallet.id, caps).await?;
        tx.record(&CapsSet {
            user_id,
            message: caps.message,
            day: caps.day,
            month: caps.month,
        })?;
        tx.commit().await?;
    }
    Ok(())
}
