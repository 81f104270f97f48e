//! The SQL of exports.

use kernel::{Db, Internal, Tx, UserId, id::Uuid};
use time::OffsetDateTime;

use crate::ExportId;

/// The export of a person that is being written.
pub async fn writing(tx: &mut Tx, user: UserId) -> Result<Option<ExportId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "select id from exports where user_id = $1 and finished_at is null",
        user.0
    );
    Ok(id.fetch_optional(tx.conn()).await?.map(ExportId))
}

/// Begins one in place of those that are there; `None` when somebody was faster.
pub async fn insert(tx: &mut Tx, user: UserId) -> Result<Option<ExportId>, sqlx::Error> {
    let (id, now) = (tx.new_id(), tx.now());
    sqlx::query!(
        "delete from exports where user_id = $1 and finished_at is not null",
        user.0
    )
    .execute(tx.conn())
    .await?;
    let done = sqlx::query!(
        "insert into exports (id, user_id, requested_at) values ($1, $2, $3)
         on conflict (user_id) where finished_at is null do nothing",
        id,
        user.0,
        now,
    );
    let done = done.execute(tx.conn()).await?;
    Ok((done.rows_affected() == 1).then_some(ExportId(id)))
}

/// Begins to write an export, from its beginning, whoever was writing it; `false` when it is complete or gone.
pub async fn begin(db: &Db, export: ExportId, run: Uuid, total: i64) -> Result<bool, sqlx::Error> {
    let mut tx = db.begin().await?;
    let done = sqlx::query!(
        "update exports set run = $2, total = $3, done = 0 where id = $1 and finished_at is null",
        export.0,
        run,
        total,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from export_parts where export_id = $1
         and exists (select from exports where id = $1 and finished_at is null)",
        export.0
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a part and notes how far it is.
///
/// # Errors
/// When another run has begun, or the export is gone.
pub async fn add_part(
    db: &Db,
    export: ExportId,
    run: Uuid,
    number: i32,
    bytes: &[u8],
    done: i64,
) -> Result<(), Internal> {
    let written = sqlx::query!(
        "with mine as (update exports set done = $5 where id = $1 and run = $2 returning id)
         insert into export_parts (export_id, number, bytes) select id, $3, $4 from mine",
        export.0,
        run,
        number,
        bytes,
        done,
    )
    .execute(db.pool())
    .await?;
    if written.rows_affected() == 0 {
        return Err(Internal::new(
            "another run writes this export, or it is gone",
        ));
    }
    Ok(())
}

/// Notes how far an export is.
pub async fn note(db: &Db, export: ExportId, run: Uuid, done: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update exports set done = $3 where id = $1 and run = $2",
        export.0,
        run,
        done
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The export is complete; `false` when another run has begun.
pub async fn finish(
    tx: &mut Tx,
    export: ExportId,
    run: Uuid,
    bytes: i64,
    expires_at: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update exports set bytes = $3, finished_at = $4, expires_at = $5, done = coalesce(total, done)
         where id = $1 and run = $2 and finished_at is null",
        export.0,
        run,
        bytes,
        now,
        expires_at,
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}
