//! The SQL of accounts that are asked for and not opened yet.

use kernel::{Db, Internal, Tx, id::Uuid};
use sha2::{Digest, Sha256};
use time::Duration;
use users::Email;

use super::links;
use crate::LinkToken;

/// How long a link works.
const LASTS: Duration = Duration::days(1);
/// How long what nobody confirmed is kept: the mail may take half a day, and the link a whole one.
const KEPT: Duration = Duration::days(2);

/// An account that is asked for.
#[derive(Debug)]
pub struct Waiting {
    id: Uuid,
    pub email: Email,
    pub password_hash: String,
}

/// Keeps what was asked for.
pub async fn insert(tx: &mut Tx, email: &Email, hash: &str) -> Result<Uuid, sqlx::Error> {
    let (id, now) = (tx.new_id(), tx.now());
    sqlx::query!(
        "insert into sign_ups (id, email, password_hash, asked_at) values ($1, $2, $3, $4)",
        id,
        email.as_str(),
        hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Makes a link's secret, and keeps its digest; `None` when what was asked for is gone.
pub async fn make_link(db: &Db, sign_up: Uuid) -> Result<Option<LinkToken>, Internal> {
    let token = links::fresh()?;
    let done = sqlx::query!(
        "insert into sign_up_links (digest, sign_up_id, expires_at)
         select $1, id, $3 from sign_ups where id = $2",
        Sha256::digest(token.expose()).to_vec(),
        sign_up,
        db.now() + LASTS,
    )
    .execute(db.pool())
    .await?;
    Ok((done.rows_affected() == 1).then_some(token))
}

/// What a link stands for.
pub async fn find(db: &Db, token: &LinkToken) -> Result<Option<Waiting>, Internal> {
    let row = sqlx::query!(
        "select id, email, password_hash from sign_up_links join sign_ups on sign_ups.id = sign_up_id
         where digest = $1 and expires_at > $2",
        Sha256::digest(token.expose()).to_vec(),
        db.now(),
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Waiting {
        id: row.id,
        email: Email::parse(&row.email).map_err(Internal::new)?,
        password_hash: row.password_hash,
    }))
}

/// Removes all that was asked for with an address; `false` when this one is gone already.
pub async fn remove(tx: &mut Tx, waiting: &Waiting) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query_scalar!(
        "delete from sign_ups where lower(email) = lower($1) returning id",
        waiting.email.as_str()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(gone.contains(&waiting.id))
}

/// Removes one by its id: its address has an account.
pub async fn forget(db: &Db, sign_up: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sign_ups where id = $1", sign_up)
        .execute(db.pool())
        .await?;
    Ok(())
}

/// Removes what nobody confirmed.
pub async fn delete_outdated(db: &Db) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sign_ups where asked_at <= $1", db.now() - KEPT)
        .execute(db.pool())
        .await?;
    Ok(())
}
