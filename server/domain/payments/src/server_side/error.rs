//! What can go wrong, in words for the person.

use kernel::{Internal, actor::NotSignedIn};

use super::billing::ProviderError;
use crate::{CapPeriod, MicroUsd, Overflow};

/// Why a command or a query of payments was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only a person with an account can.
    #[error("Sign in first.")]
    NotSignedIn(#[from] NotSignedIn),
    /// Only an operator or the site itself can.
    #[error("Only an operator can do this.")]
    Forbidden,
    /// No such person, payment, charge or dispute.
    #[error("There is no such thing, or no longer.")]
    NotFound,
    /// A message would cost more than there is.
    #[error("There is not enough credit for this: {available} is left. Buy credit to go on.")]
    NotEnoughCredit {
        /// What could be spent.
        available: MicroUsd,
    },
    /// A message would exceed what the person allows for a day or a month.
    #[error("This would exceed the limit of {cap} that you have set: {used} of it is used.")]
    CapReached {
        /// For which time.
        period: CapPeriod,
        /// The limit.
        cap: MicroUsd,
        /// Charged and held in that time.
        used: MicroUsd,
    },
    /// A payment is disputed.
    #[error("Credit cannot be spent while a payment is disputed. Write to us to settle this.")]
    Flagged,
    /// More is to go back than there is.
    #[error("No more than {left} can go back.")]
    TooMuch {
        /// The most.
        left: MicroUsd,
    },
    /// What must be more than nothing is not.
    #[error("The amount must be more than nothing.")]
    NotPositive,
    /// A number beyond what can be counted.
    #[error("The amount is too large.")]
    TooLarge(#[from] Overflow),
    /// The same payment, key or run stands for something else already.
    #[error("This was asked for before, in another way.")]
    Conflict,
    /// The past is not priced anew.
    #[error("Prices can be set for now and later, not for the past.")]
    PastPrice,
    /// A time that ends before it begins, or is longer than can be shown.
    #[error("Choose at most 366 days, the first before the last.")]
    BadRange,
    /// There is a plan already.
    #[error("You have a plan already: change it instead.")]
    Subscribed,
    /// The card was declined.
    #[error("The card was declined. Nothing has changed. Try another card.")]
    Declined,
    /// The payment provider cannot be reached.
    #[error("The payment provider does not answer. Try again in a moment.")]
    ProviderAway,
    /// Nobody's fault but ours.
    #[error("Something went wrong on our side. Try again in a moment.")]
    Internal(#[from] Internal),
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::Internal(e.into())
    }
}

impl From<ProviderError> for Error {
    fn from(e: ProviderError) -> Self {
        match e {
            ProviderError::NotFound => Self::NotFound,
            ProviderError::Declined => Self::Declined,
            ProviderError::Unavailable(_) => {
                tracing::warn!(error = %e, "the payment provider is away");
                Self::ProviderAway
            }
            ProviderError::Refused(_) => Self::Internal(Internal::new(e)),
        }
    }
}
