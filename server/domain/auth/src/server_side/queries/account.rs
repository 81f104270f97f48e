use kernel::{Db, Internal, UserId, id::Uuid};
use time::OffsetDateTime;
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
/// One query, over the table of `users` too. This and [`sessions::open`](crate::sessions::open), which
/// finds the account with the session, are the only places where one domain reads another's table.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "auth.account", skip_all)]
pub async fn account(db: &Db, id: UserId) -> Result<Option<Account>, Error> {
    let row = sqlx::query_as!(
        AccountRow,
        "select id, email, display_name, role, theme, language, email_verified_at, delete_at, changed_at
         from users join credentials on user_id = id where id = $1",
        id.0
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(row.map(Account::try_from).transpose()?)
}

/// An account as it is stored.
pub(crate) struct AccountRow {
    pub id: Uuid,
    pub email: String,
    pub display_name: String,
    pub role: String,
    pub theme: Option<String>,
    pub language: Option<String>,
    pub email_verified_at: Option<OffsetDateTime>,
    pub delete_at: Option<OffsetDateTime>,
    pub changed_at: OffsetDateTime,
}

impl TryFrom<AccountRow> for Account {
    type Error = Internal;

    fn try_from(row: AccountRow) -> Result<Self, Internal> {
        // Microseconds since 1970, which is what Postgres stores: nothing is lost.
        let micros = row.changed_at.unix_timestamp_nanos() / 1_000;
        let profile = ProfileRow {
            id: row.id,
            email: row.email,
            display_name: row.display_name,
            role: row.role,
            theme: row.theme,
            language: row.language,
            email_verified_at: row.email_verified_at,
            delete_at: row.delete_at,
        };
        Ok(Self {
            profile: profile.try_into()?,
            password_version: i64::try_from(micros).map_err(Internal::new)?,
        })
    }
}
