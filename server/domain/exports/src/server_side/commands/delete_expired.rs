use kernel::Db;

/// Deletes the files whose time is over; returns how many. To be called now and then.
///
/// # Errors
/// When the database cannot be reached.
#[tracing::instrument(name = "exports.delete_expired", skip_all)]
pub async fn delete_expired(db: &Db) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query!("delete from exports where expires_at <= $1", db.now())
        .execute(db.pool())
        .await?;
    Ok(gone.rows_affected())
}
