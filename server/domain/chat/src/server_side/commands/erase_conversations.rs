use kernel::{Actor, Db, UserId};

use crate::{error::Error, store};

/// So many conversations at once: each takes its messages along.
const AT_ONCE: i64 = 10;

/// Erases all conversations of a person for good, whoever is about to write in them; returns how many. For
/// the end of an account: nobody is told, and no event tells of each.
///
/// # Errors
/// [`Error::NotAllowed`] for everybody but the system.
#[tracing::instrument(name = "chat.erase_conversations", skip_all, fields(user = %user_id))]
pub async fn erase_conversations(db: &Db, actor: Actor, user_id: UserId) -> Result<u64, Error> {
    if actor != Actor::System {
        return Err(Error::NotAllowed);
    }
    let mut all = 0;
    loop {
        let erased = store::erase_some(db, user_id, AT_ONCE).await?;
        all += erased;
        if erased == 0 {
            return Ok(all);
        }
    }
}
