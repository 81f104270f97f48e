use kernel::{Db, UserId};

use crate::{Email, Error};

/// Whose address this is, however it is capitalised.
///
/// For `auth` and the operator only: no page may answer whether an address has an account.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn by_email(db: &Db, email: &Email) -> Result<Option<UserId>, Error> {
    let id = sqlx::query_scalar!(
        "select id from users where lower(email) = lower($1)",
        email.as_str()
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(id.map(UserId))
}
