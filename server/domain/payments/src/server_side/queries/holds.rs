use kernel::{Actor, Db, id::Uuid};
use time::OffsetDateTime;

use crate::Error;

/// The runs that credit has been held for since before that time, longest first: whoever knows which of them
/// are over has them [released](crate::commands::release_abandoned).
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.open_holds", skip_all)]
pub async fn open_holds(
    db: &Db,
    actor: Actor,
    before: OffsetDateTime,
    at_most: i64,
) -> Result<Vec<Uuid>, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    let runs = sqlx::query_scalar!(
        "select generation_id from holds where settled_at is null and placed_at < $1
         order by placed_at, generation_id limit $2",
        before,
        at_most,
    );
    Ok(runs.fetch_all(db.pool()).await?)
}
