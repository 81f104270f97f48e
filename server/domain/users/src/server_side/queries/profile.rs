use kernel::{Actor, Db, Internal, UserId, id::Uuid};

use time::OffsetDateTime;

use crate::{
    DisplayName, Email, Error, Profile,
    server_side::store::{language_from_column, theme_from_column},
};

/// The person who asks.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody, [`Error::NotFound`] when the account is gone.
#[tracing::instrument(name = "users.profile", skip_all)]
pub async fn profile(db: &Db, actor: Actor) -> Result<Profile, Error> {
    read(db, actor.person()?).await
}

/// A person, for the site itself: what is told them by mail depends on it.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system, [`Error::NotFound`].
#[tracing::instrument(name = "users.profile_of", skip_all)]
pub async fn profile_of(db: &Db, actor: Actor, id: UserId) -> Result<Profile, Error> {
    if actor != Actor::System {
        return Err(Error::Forbidden);
    }
    read(db, id).await
}

async fn read(db: &Db, id: UserId) -> Result<Profile, Error> {
    let row = sqlx::query_as!(
        ProfileRow,
        "select id, email, display_name, role, theme, language, email_verified_at, delete_at
         from users where id = $1",
        id.0
    )
    .fetch_optional(db.pool())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(row.try_into()?)
}

/// The columns behind a [`Profile`], for `auth`, which reads them along with its own on every
/// request of a signed-in person.
#[derive(Debug)]
#[expect(missing_docs, reason = "named as the columns")]
pub struct ProfileRow {
    pub id: Uuid,
    pub email: String,
    pub display_name: String,
    pub role: String,
    pub theme: Option<String>,
    pub language: Option<String>,
    pub email_verified_at: Option<OffsetDateTime>,
    pub delete_at: Option<OffsetDateTime>,
}

impl TryFrom<ProfileRow> for Profile {
    type Error = Internal;

    fn try_from(row: ProfileRow) -> Result<Self, Internal> {
        Ok(Self {
            id: UserId(row.id),
            email: Email::parse(&row.email).map_err(Internal::new)?,
            display_name: DisplayName::parse(&row.display_name).map_err(Internal::new)?,
            role: row.role.parse().map_err(Internal::new)?,
            theme: theme_from_column(row.theme.as_deref())?,
            language: language_from_column(row.language.as_deref()),
            verified: row.email_verified_at.is_some(),
            delete_at: row.delete_at,
        })
    }
}
