use kernel::{Actor, Db};

use crate::{Error, ExportId, ExportStatus, ExportView, server_side::link};

/// The latest export of the person who asks, with its link; `None` when there is none, or no longer.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "exports.my_export", skip_all)]
pub async fn my_export(db: &Db, actor: Actor) -> Result<Option<ExportView>, Error> {
    let user = actor.person()?;
    let row = sqlx::query!(
        "select id, done, total, bytes, expires_at from exports
         where user_id = $1 and (expires_at is null or expires_at > $2)
         order by requested_at desc, id desc limit 1",
        user.0,
        db.now(),
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let id = ExportId(row.id);
    let status = match (row.bytes, row.expires_at) {
        (Some(bytes), Some(expires_at)) => ExportStatus::Ready {
            link: link::make(db, id, expires_at).await?,
            bytes,
            expires_at,
        },
        _ => ExportStatus::Writing,
    };
    Ok(Some(ExportView {
        id,
        done: row.done,
        total: row.total,
        status,
    }))
}
