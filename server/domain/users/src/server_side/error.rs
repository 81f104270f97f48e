//! What can go wrong, in words for the person.

use kernel::{Internal, actor::NotSignedIn};

/// Why a command or a query of users was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only a person with an account can.
    #[error("Sign in first.")]
    NotSignedIn(#[from] NotSignedIn),
    /// Only the site's operator can.
    #[error("Only the site's operator can do this.")]
    Forbidden,
    /// No such user.
    #[error("There is no such account.")]
    NotFound,
    /// Somebody has this address, perhaps in other capitals.
    #[error("There is an account with this email address already.")]
    EmailTaken,
    /// Nobody's fault but ours.
    #[error("Something went wrong on our side. Try again in a moment.")]
    Internal(#[from] Internal),
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::Internal(e.into())
    }
}
