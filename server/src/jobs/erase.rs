//! The end of an account: everything goes, what is large first and in parts.

use auth::commands::{EraseAccount, erase_traces};
use chat::commands::erase_conversations;
use kernel::Actor;
use payments::{billing::commands::close_customer, commands::close_wallet_in};
use users::commands::{erase_account, is_to_be_erased};

use super::{Error, Workers};

/// Erases an account whose time has come; does nothing when it is kept. Interrupted, it goes on where it was.
pub async fn erase(site: &Workers, job: &EraseAccount) -> Result<(), Error> {
    let (db, user) = (&site.db, job.user_id);
    if !is_to_be_erased(db, Actor::System, user).await? {
        return Ok(());
    }
    if let Some(provider) = site.provider.as_deref() {
        close_customer(db, provider, Actor::System, user).await?;
    }
    let mut tx = db.begin().await?;
    close_wallet_in(&mut tx, Actor::System, user).await?;
    tx.commit().await?;
    erase_conversations(db, Actor::System, user).await?;
    erase_traces(db, Actor::System, user).await?;
    erase_account(db, Actor::System, user).await?;
    Ok(())
}
