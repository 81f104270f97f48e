//! What axum-login asks of us.

use auth::{Hasher, SignIn, commands, queries};
use axum_login::{AuthUser, AuthnBackend};
use kernel::{Db, Internal, UserId};
use users::Profile;

use super::{failure, known};

/// The person of a session.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who.
    pub profile: Profile,
    /// See [`queries::Account::password_version`].
    password_version: [u8; 8],
}

impl Account {
    /// Whether the person asked for the end of the account.
    pub fn is_leaving(&self) -> bool {
        self.profile.delete_at.is_some()
    }
}

impl From<queries::Account> for Account {
    fn from(account: queries::Account) -> Self {
        Self {
            profile: account.profile,
            password_version: account.password_version.to_be_bytes(),
        }
    }
}

impl AuthUser for Account {
    type Id = UserId;

    fn id(&self) -> UserId {
        self.profile.id
    }

    // No hash of anything: sessions are compared by it, and end when it changes.
    fn session_auth_hash(&self) -> &[u8] {
        &self.password_version
    }
}

/// Finds the people of sessions. Cheap to clone.
#[derive(Clone)]
pub struct Backend {
    db: Db,
    hasher: Hasher,
}

impl Backend {
    /// Finds people in `db`, and verifies their passwords by `hasher`.
    pub fn new(db: Db, hasher: Hasher) -> Self {
        Self { db, hasher }
    }
}

impl AuthnBackend for Backend {
    type User = Account;
    type Credentials = SignIn;
    type Error = auth::Error;

    async fn authenticate(&self, credentials: SignIn) -> Result<Option<Account>, auth::Error> {
        match commands::sign_in(&self.db, &self.hasher, credentials).await {
            Ok(id) => self.get_user(&id).await,
            Err(auth::Error::SignInRefused) => Ok(None),
            Err(e) => Err(e),
        }
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<Account>, auth::Error> {
        if let Some(account) = known::take(*id) {
            return Ok(Some(account.into()));
        }
        match queries::account(&self.db, *id).await {
            Ok(account) => Ok(account.map(Account::from)),
            Err(auth::Error::Internal(e)) => {
                Err(auth::Error::Internal(Internal::new(failure::note(e))))
            }
            Err(e) => Err(e),
        }
    }
}

/// Of what [`AuthnBackend`] can answer here, only failures are left.
pub(super) fn internal(e: auth::Error) -> Internal {
    failure::take().unwrap_or_else(|| Internal::new(e))
}
