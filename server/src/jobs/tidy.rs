//! What is tidied up every hour, by one process.

use kernel::{Actor, inbox, jobs, outbox};
use time::Duration;

use super::{Error, Workers};

/// See [`kernel::Job::KIND`].
pub const KIND: &str = "site.tidy";

/// How long published events are kept.
const KEEP_EVENTS: Duration = Duration::days(7);
/// What has been consumed is remembered for so much longer than a topic keeps events: brokers
/// delete a whole segment at a time, some of it late.
const REMEMBER: Duration = Duration::days(7);
/// How long jobs that have ended are kept, for whoever looks into what happened.
const KEEP_JOBS: Duration = Duration::days(7);

/// Deletes what nobody needs any more.
pub async fn tidy(
    Workers {
        db, topics_keep, ..
    }: &Workers,
) -> Result<(), Error> {
    let now = db.now();
    chat::commands::delete_stray_pieces(db).await?;
    chat::commands::release_lost_holds(db, Actor::System).await?;
    payments::commands::expire_lots(db, Actor::System).await?;
    outbox::prune(db, now - KEEP_EVENTS).await?;
    inbox::prune(db, now - REMEMBER - *topics_keep).await?;
    jobs::prune(db, now - KEEP_JOBS).await?;
    app::session::delete_expired(db).await?;
    auth::delete_outdated(db).await?;
    exports::commands::delete_expired(db).await?;
    Ok(())
}
