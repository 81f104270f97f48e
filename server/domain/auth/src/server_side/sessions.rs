//! Signed-in browsers. Only a digest of the cookie's value is stored.
//!
//! A session ends by itself when it has not been used for [`Lifetime::idle`], and in any case
//! [`Lifetime::absolute`] after the sign-in (OWASP Session Management Cheat Sheet, "Session
//! Expiration").

use kernel::{Db, Internal, Tx, UserId};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::Duration;

use super::queries::{Account, AccountRow};

/// What [`kernel::signals`] calls the end of a session; its id is the [`StoredId`].
pub const ENDED: &str = "session_ended";

/// A session's key as it is stored: a digest, in lower-case hexadecimal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StoredId(String);

impl StoredId {
    /// The one of the session with this key (the cookie's value).
    pub fn of(key: &str) -> Self {
        Self(format!("{:x}", Sha256::digest(key)))
    }

    /// As [`kernel::signals`] carries it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for StoredId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Without use.
    pub idle: Duration,
    /// After the sign-in.
    pub absolute: Duration,
}

/// Use is noted at most this often: a write on every request would cost more than it tells.
pub const USE_NOTED_EVERY: Duration = Duration::hours(1);

/// Begins a session under a fresh key; `false` when the key is in use.
///
/// Its commit does not wait for the disk: should Postgres lose its power within the next moments
/// (PostgreSQL, "Asynchronous Commit"), the person signs in again. Ends of sessions do wait.
pub async fn create(
    db: &Db,
    lifetime: Lifetime,
    key: &str,
    data: &Value,
) -> Result<bool, sqlx::Error> {
    let now = db.now();
    let done = sqlx::query!(
        "insert into sessions (id, data, signed_in_at, expires_at)
         select sha256(convert_to($1, 'UTF8')), $2, $3, $4
         from set_config('synchronous_commit', 'off', true)
         on conflict do nothing",
        key,
        data,
        now,
        now + lifetime.idle.min(lifetime.absolute),
    )
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// What was kept in it.
    pub data: Value,
    /// Who is signed in; `None` before anybody is.
    pub account: Option<Account>,
}

/// Finds a session that has not ended, with the account signed in to it; notes its use.
///
/// Asked on every request of a signed-in person, so it is one query, over the table of `users` too.
pub async fn open(db: &Db, lifetime: Lifetime, key: &str) -> Result<Option<Open>, Internal> {
    let now = db.now();
    let row = sqlx::query!(
        r#"select data, signed_in_at, expires_at, users.id as "user_id?", email as "email?",
                  display_name as "display_name?", role as "role?", theme as "theme?",
                  language as "language?", email_verified_at as "email_verified_at?",
                  delete_at as "delete_at?", changed_at as "changed_at?"
           from sessions
                left join (users join credentials on credentials.user_id = users.id)
                on users.id = sessions.user_id
           where sessions.id = sha256(convert_to($1, 'UTF8')) and expires_at > $2 and signed_in_at > $3"#,
        key,
        now,
        now - lifetime.absolute,
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let expires_at = (now + lifetime.idle).min(row.signed_in_at + lifetime.absolute);
    if expires_at - row.expires_at >= USE_NOTED_EVERY {
        sqlx::query!(
            "update sessions set expires_at = $2 where id = sha256(convert_to($1, 'UTF8'))",
            key,
            expires_at,
        )
        .execute(db.pool())
        .await?;
    }
    let whole = (
        row.user_id,
        row.email,
        row.display_name,
        row.role,
        row.changed_at,
    );
    let account = match whole {
        (Some(id), Some(email), Some(display_name), Some(role), Some(changed_at)) => {
            Some(AccountRow {
                id,
                email,
                display_name,
                role,
                theme: row.theme,
                language: row.language,
                email_verified_at: row.email_verified_at,
                delete_at: row.delete_at,
                changed_at,
            })
        }
        _ => None,
    };
    let account = account.map(Account::try_from).transpose()?;
    Ok(Some(Open {
        data: row.data,
        account,
    }))
}

/// Keeps other data in a session. One that has ended meanwhile stays ended.
pub async fn save(db: &Db, key: &str, data: &Value) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sessions set data = $2 where id = sha256(convert_to($1, 'UTF8'))",
        key,
        data
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Ends a session.
pub async fn end(db: &Db, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from sessions where id = sha256(convert_to($1, 'UTF8'))",
        key
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Ends all sessions of a person.
pub(crate) async fn end_all(tx: &mut Tx, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Which of these sessions have ended.
///
/// # Errors
/// When the database cannot be reached.
pub async fn ended(db: &Db, sessions: &[StoredId]) -> Result<Vec<StoredId>, sqlx::Error> {
    let ids: Vec<_> = sessions.iter().map(|id| id.0.clone()).collect();
    let ended = sqlx::query_scalar!(
        r#"select asked.id as "id!" from unnest($1::text[]) as asked (id)
           where not exists (
               select from sessions s where s.id = decode(asked.id, 'hex') and s.expires_at > $2)"#,
        &ids,
        db.now(),
    )
    .fetch_all(db.pool())
    .await?;
    Ok(ended.into_iter().map(StoredId).collect())
}

/// Removes what is left of sessions that have ended by themselves; returns how many. To be called
/// now and then.
///
/// # Errors
/// When the database cannot be reached.
#[tracing::instrument(name = "auth.delete_expired_sessions", skip_all)]
pub async fn delete_expired(db: &Db) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!("delete from sessions where expires_at <= $1", db.now())
        .execute(db.pool())
        .await?;
    Ok(done.rows_affected())
}

/// How many browsers are signed in, for whoever runs the site.
///
/// # Errors
/// When the database cannot be reached.
pub async fn count(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from sessions where expires_at > $1"#,
        db.now()
    )
    .fetch_one(db.pool())
    .await
}
