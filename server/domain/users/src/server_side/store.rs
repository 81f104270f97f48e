//! The write side's SQL.

use kernel::{Db, Internal, OnConstraint, Role, Tx, UserId};

use super::{error::Error, model::User};
use crate::{DisplayName, Email, Language, Theme};

/// Adds a user.
pub async fn insert(tx: &mut Tx, user: &User, email: &Email) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into users (id, email, display_name, role, theme, language, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        user.id.0,
        email.as_str(),
        user.display_name.as_str(),
        user.role.as_str(),
        theme_column(user.theme),
        language_column(user.language),
        now,
    )
    .execute(tx.conn())
    .await
    .on_constraint("users_email_unique", || Error::EmailTaken)?;
    Ok(())
}

/// Reads a user for a change: nobody else changes them until the transaction ends.
pub async fn lock(tx: &mut Tx, id: UserId) -> Result<User, Error> {
    let row = sqlx::query!(
        "select display_name, role, theme, language, delete_at from users where id = $1 for update",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(User {
        id,
        display_name: DisplayName::parse(&row.display_name).map_err(Internal::new)?,
        role: row.role.parse::<Role>().map_err(Internal::new)?,
        theme: theme_from_column(row.theme.as_deref())?,
        language: language_from_column(row.language.as_deref()),
        delete_at: row.delete_at,
    })
}

/// Writes back what [`lock`] read.
pub async fn update(tx: &mut Tx, user: &User) -> Result<(), Error> {
    sqlx::query!(
        "update users set display_name = $2, role = $3, theme = $4, language = $5, delete_at = $6
         where id = $1",
        user.id.0,
        user.display_name.as_str(),
        user.role.as_str(),
        theme_column(user.theme),
        language_column(user.language),
        user.delete_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a person's address is theirs; `false` when that was known.
pub async fn set_verified(tx: &mut Tx, id: UserId) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update users set email_verified_at = $2 where id = $1 and email_verified_at is null",
        id.0,
        now,
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// Gives a person another address, which is known to be theirs.
pub async fn set_email(tx: &mut Tx, id: UserId, email: &Email) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "update users set email = $2, email_verified_at = $3 where id = $1",
        id.0,
        email.as_str(),
        now,
    )
    .execute(tx.conn())
    .await
    .on_constraint("users_email_unique", || Error::EmailTaken)?;
    Ok(())
}

/// Whether the time of an account has come.
pub async fn is_due(db: &Db, id: UserId) -> Result<bool, sqlx::Error> {
    let due = sqlx::query_scalar!(
        r#"select exists(select from users where id = $1 and delete_at <= $2) as "due!""#,
        id.0,
        db.now(),
    );
    due.fetch_one(db.pool()).await
}

/// Removes an account whose time has come; what belongs to it goes by its foreign keys.
pub async fn erase_due(tx: &mut Tx, id: UserId) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "delete from users where id = $1 and delete_at <= $2",
        id.0,
        now
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// Null follows the device.
fn theme_column(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::System => None,
        chosen => Some(chosen.as_str()),
    }
}

/// See [`theme_column`].
pub fn theme_from_column(column: Option<&str>) -> Result<Theme, Internal> {
    column.map_or(Ok(Theme::System), |s| s.parse().map_err(Internal::new))
}

/// Null goes by the browser.
fn language_column(language: Language) -> Option<&'static str> {
    match language {
        Language::AsAsked => None,
        chosen => Some(chosen.as_str()),
    }
}

/// See [`language_column`]. One that this program does not have (a newer one may have kept it) is as good
/// as none.
pub fn language_from_column(column: Option<&str>) -> Language {
    column.and_then(|tag| tag.parse().ok()).unwrap_or_default()
}
