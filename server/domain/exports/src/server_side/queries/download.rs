use kernel::{Actor, Db};
use time::OffsetDateTime;

use crate::{Error, ExportId, server_side::link};

/// A file that may be fetched, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Which.
    pub id: ExportId,
    /// Of the whole file.
    pub bytes: i64,
    /// When it was asked for.
    pub requested_at: OffsetDateTime,
}

/// The file of a link, for its person: the link alone opens nothing, and neither does the session alone.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::NotFound`] for a link that is not ours or has expired, and for
/// anybody else's file.
#[tracing::instrument(name = "exports.download", skip_all, fields(export = %id))]
pub async fn download(
    db: &Db,
    actor: Actor,
    id: ExportId,
    expires: i64,
    signature: &str,
) -> Result<Download, Error> {
    let user = actor.person()?;
    if !link::is_good(db, id, expires, signature).await? {
        return Err(Error::NotFound);
    }
    let row = sqlx::query!(
        r#"select bytes as "bytes!", requested_at from exports
           where id = $1 and user_id = $2 and finished_at is not null and expires_at > $3"#,
        id.0,
        user.0,
        db.now(),
    )
    .fetch_optional(db.pool())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Download {
        id,
        bytes: row.bytes,
        requested_at: row.requested_at,
    })
}

/// A part of a file that [`download`] allowed, counted from 0; `None` behind the last.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn part(db: &Db, of: &Download, number: i32) -> Result<Option<Vec<u8>>, Error> {
    let part = sqlx::query_scalar!(
        "select bytes from export_parts where export_id = $1 and number = $2",
        of.id.0,
        number
    );
    Ok(part.fetch_optional(db.pool()).await?)
}
