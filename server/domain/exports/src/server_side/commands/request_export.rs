use kernel::{Actor, Db, Internal, Job, UserId};
use serde::{Deserialize, Serialize};
use users::Language;

use crate::{Error, ExportId, events::ExportRequested, server_side::store};

/// The job that writes an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteExport {
    /// Which.
    pub export_id: ExportId,
    /// Whose.
    pub user_id: UserId,
    /// Of the request: for the mail that says it is ready.
    pub language: Language,
}

impl Job for WriteExport {
    const KIND: &'static str = "exports.write";

    fn about(&self) -> Option<UserId> {
        Some(self.user_id)
    }
}

/// Has the data of the person who asks written into a file, in place of the one that is there. While one is being
/// written, it is that one.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "exports.request_export", skip_all)]
pub async fn request_export(db: &Db, actor: Actor, language: Language) -> Result<ExportId, Error> {
    let user_id = actor.person()?;
    let mut tx = db.begin().await?;
    if let Some(writing) = store::writing(&mut tx, user_id).await? {
        return Ok(writing);
    }
    let Some(export_id) = store::insert(&mut tx, user_id).await? else {
        // The other click of the same person.
        let writing = store::writing(&mut tx, user_id).await?;
        return Ok(writing.ok_or_else(|| Internal::new("an export was written at once"))?);
    };
    tx.record(&ExportRequested { export_id, user_id })?;
    let job = WriteExport {
        export_id,
        user_id,
        language,
    };
    tx.enqueue(&job).await?;
    tx.commit().await?;
    Ok(export_id)
}
