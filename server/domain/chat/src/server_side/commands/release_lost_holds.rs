use kernel::{Actor, Db};
use payments::{commands::release_abandoned, queries::open_holds};
use time::Duration;

use crate::{error::Error, store};

/// No answer takes so long.
const OLD: Duration = Duration::hours(1);
const AT_MOST: i64 = 1_000;

/// Returns credit that is still held for runs that are over or gone, with their conversation for instance.
/// The end of a run returns it, too: this is the net below. Gives how many there were.
///
/// # Errors
/// [`Error::NotAllowed`] for everybody but operators and the site.
#[tracing::instrument(name = "chat.release_lost_holds", skip_all)]
pub async fn release_lost_holds(db: &Db, actor: Actor) -> Result<u64, Error> {
    if !actor.is_operator() {
        return Err(Error::NotAllowed);
    }
    let mut held = open_holds(db, actor, db.now() - OLD, AT_MOST).await?;
    let running = store::running_among(db, &held).await?;
    held.retain(|generation| !running.contains(generation));
    let released = release_abandoned(db, actor, &held).await?;
    if released > 0 {
        tracing::warn!(
            released,
            "returned credit that was held for runs that are over"
        );
    }
    Ok(released)
}
