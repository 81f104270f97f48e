//! What can go wrong in chat.

use kernel::Internal;

/// Why a command or query of chat was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor is not signed in.
    #[error("Sign in to go on.")]
    NotSignedIn,
    /// There is no such thing, or it is not this person's: the two are not told apart.
    #[error("This conversation does not exist, or it is not yours.")]
    NotFound,
    /// An answer is being written in the conversation.
    #[error("An answer is still being written here. Stop it or wait for it to end.")]
    Busy,
    /// No model is offered.
    #[error("No model is available at the moment. The site's operator has to enable one.")]
    NoModel,
    /// The model chosen is not offered (any more).
    #[error("This model is not available any more. Choose another one.")]
    ModelUnavailable,
    /// The message alone is more than the model can read.
    #[error(
        "This message is longer than this model can read at once, so nothing was sent. Make it shorter, send it in parts, or choose a model that can read more."
    )]
    MessageTooLong,
    /// The message id is already in use for something else.
    #[error(
        "This message could not be sent because its id is already in use. Reload the page and send it again."
    )]
    MessageIdTaken,
    /// Credit stands against it; what of payments this is, is never its internal error.
    #[error(transparent)]
    Credit(payments::Error),
    /// The person's limit for a message does not pay for an answer to this one.
    #[error("Your limit for a message does not pay for an answer to this one.")]
    CapTooLow,
    /// Only an operator may do this.
    #[error("This page does not exist.")]
    NotAllowed,
    /// Our fault.
    #[error("internal error")]
    Internal(#[from] Internal),
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::Internal(e.into())
    }
}

impl From<kernel::actor::NotSignedIn> for Error {
    fn from(_: kernel::actor::NotSignedIn) -> Self {
        Self::NotSignedIn
    }
}

impl From<payments::Error> for Error {
    fn from(e: payments::Error) -> Self {
        match e {
            payments::Error::Internal(cause) => Self::Internal(cause),
            e => Self::Credit(e),
        }
    }
}
