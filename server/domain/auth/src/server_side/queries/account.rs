use kernel::{Db, UserId};
use users::{Profile, queries::ProfileRow};

use crate::Error;

/// Who is signed in, and by which of their passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub profile: Profile,
    /// Another one after each change of the password, and never an earlier one again: a session
    /// opened with another value has ended. No secret.
    pub password_version: i64,
}

/// The account of a session. `None` when it is gone.
///
/// Asked on every request of a signed-in person, so it is one query, over the table of `users`
/// too: the only place where one domain reads another's table.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "auth.account", skip_all)]
pub async fn account(db: &Db, id: UserId) -> Result<Option<Account>, Error> {
    let row = sqlx::query!(
        "select id, email, display_name, role, theme, changed_at
         from users join credentials on user_id = id where id = $1",
        id.0
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    // Microseconds since 1970, which is what Postgres stores: nothing is lost.
    let micros = row.changed_at.unix_timestamp_nanos() / 1_000;
    let profile = ProfileRow {
        id: row.id,
        email: row.email,
        display_name: row.display_name,
        role: row.role,
        theme: row.theme,
    };
    Ok(Some(Account {
        profile: profile.try_into()?,
        password_version: i64::try_from(micros).map_err(kernel::Internal::new)?,
    }))
}
