//! What can go wrong, in words for the person.

use kernel::{Internal, actor::NotSignedIn};

/// Why a command or a query of auth was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only a person with an account can.
    #[error("Sign in first.")]
    NotSignedIn(#[from] NotSignedIn),
    /// Only the site's operator can.
    #[error("Only the site's operator can do this.")]
    Forbidden,
    /// Address and password do not belong together; which of them is wrong stays unsaid.
    #[error("The email address or the password is not right.")]
    SignInRefused,
    /// Somebody has this address, and not this password.
    #[error("We could not create this account. If you already have one, sign in instead.")]
    SignUpRefused,
    /// On the list of common passwords, made of what everybody knows, or of a simple pattern.
    #[error(
        "This password is easy to guess: it is common, repeats itself or follows a pattern. Four or five unrelated words make a good one."
    )]
    GuessablePassword,
    /// Not the person's password.
    #[error("The current password is not right.")]
    WrongPassword,
    /// Nothing would change.
    #[error("The new password is the same as the current one.")]
    SamePassword,
    /// As many are waiting as can wait.
    #[error("Too many people are signing in right now. Try again in a few seconds.")]
    Busy,
    /// The link was used, is too old, or never was.
    #[error("This link does not work any more. Ask for a new one.")]
    LinkExpired,
    /// Somebody has the address by now.
    #[error("This address cannot be used.")]
    AddressUnusable,
    /// Too many requests from the same place.
    #[error("Too many requests in a short time. Try again later.")]
    TooOften,
    /// Nobody's fault but ours.
    #[error("Something went wrong on our side. Try again in a moment.")]
    Internal(#[from] Internal),
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::Internal(e.into())
    }
}

impl From<users::Error> for Error {
    fn from(e: users::Error) -> Self {
        match e {
            users::Error::NotSignedIn(e) => Self::NotSignedIn(e),
            // Signed in to an account that is gone.
            users::Error::NotFound => Self::NotSignedIn(NotSignedIn),
            users::Error::Forbidden => Self::Forbidden,
            users::Error::EmailTaken => Self::SignUpRefused,
            users::Error::Internal(e) => Self::Internal(e),
        }
    }
}
