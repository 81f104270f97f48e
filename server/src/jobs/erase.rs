//! The end of an account: everything goes, what is large first and in parts.

use auth::commands::{EraseAccount, erase_traces};
use chat::commands::erase_conversations;
use kernel::{Actor, Db};
use users::commands::{erase_account, is_to_be_erased};

use super::Error;

/// Erases an account whose time has come; does nothing when it is kept. Interrupted, it goes on where it was.
pub async fn erase(db: &Db, job: &EraseAccount) -> Result<(), Error> {
    let user = job.user_id;
    if !is_to_be_erased(db, Actor::System, user).await? {
        return Ok(());
    }
    erase_conversations(db, Actor::System, user).await?;
    erase_traces(db, Actor::System, user).await?;
    erase_account(db, Actor::System, user).await?;
    Ok(())
}
