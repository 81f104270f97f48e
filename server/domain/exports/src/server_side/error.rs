//! What can go wrong, in words for the person.

use kernel::{Internal, actor::NotSignedIn};

/// Why a command or a query of exports was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only a person with an account can.
    #[error("Sign in first.")]
    NotSignedIn(#[from] NotSignedIn),
    /// Only the site itself can.
    #[error("Only the site itself can do this.")]
    Forbidden,
    /// No such export, or somebody else's, or its link has expired.
    #[error("There is no such export, or no longer.")]
    NotFound,
    /// Nobody's fault but ours.
    #[error("Something went wrong on our side. Try again in a moment.")]
    Internal(#[from] Internal),
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::Internal(e.into())
    }
}

impl From<chat::Error> for Error {
    fn from(e: chat::Error) -> Self {
        match e {
            chat::Error::NotAllowed => Self::Forbidden,
            chat::Error::Internal(e) => Self::Internal(e),
            e => Self::Internal(Internal::new(e)),
        }
    }
}

impl From<users::Error> for Error {
    fn from(e: users::Error) -> Self {
        match e {
            users::Error::Forbidden => Self::Forbidden,
            users::Error::Internal(e) => Self::Internal(e),
            e => Self::Internal(Internal::new(e)),
        }
    }
}
