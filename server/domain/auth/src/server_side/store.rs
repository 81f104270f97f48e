//! The write side's SQL of credentials.

use kernel::{Db, Tx, UserId};

/// The hash of a person's password; `None` asks for nobody's, by the same query.
pub async fn password_hash(db: &Db, user: Option<UserId>) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select password_hash from credentials where user_id = $1",
        user.unwrap_or(UserId(kernel::id::Uuid::nil())).0
    )
    .fetch_optional(db.pool())
    .await
}

/// Gives a new person a credential.
pub async fn insert(tx: &mut Tx, user: UserId, password_hash: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into credentials (user_id, password_hash, changed_at) values ($1, $2, $3)",
        user.0,
        password_hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces the hash by that of another password; `false` when it has changed meanwhile.
pub async fn replace(tx: &mut Tx, user: UserId, old: &str, new: &str) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    // Sessions end by this time being another one: it must move even where the clock does not.
    let done = sqlx::query!(
        "update credentials
         set password_hash = $3, changed_at = greatest($4, changed_at + interval '1 microsecond')
         where user_id = $1 and password_hash = $2",
        user.0,
        old,
        new,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces the hash by that of another password, whatever it was.
pub async fn set(tx: &mut Tx, user: UserId, new: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    // As in `replace`.
    sqlx::query!(
        "update credentials
         set password_hash = $2, changed_at = greatest($3, changed_at + interval '1 microsecond')
         where user_id = $1",
        user.0,
        new,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces the hash by another of the same password: no session ends. Does nothing when it has
/// changed meanwhile.
pub async fn renew(db: &Db, user: UserId, old: &str, new: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update credentials set password_hash = $3 where user_id = $1 and password_hash = $2",
        user.0,
        old,
        new,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}
