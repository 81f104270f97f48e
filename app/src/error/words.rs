//! The domains' errors in the person's words. What they `Display` is English, for logs.

use ::chat::{InvalidBody, InvalidTitle};
use auth::InvalidPassword;
use users::{InvalidDisplayName, InvalidEmail};

#[cfg(feature = "ssr")]
use crate::billing::{InvalidAmount, NoRange, money};
use crate::language::{self, t};

/// An error that a person can be told.
pub trait Explain {
    /// One or two sentences.
    fn explain(&self) -> String;
}

macro_rules! explained {
    ($($error:ty { $($case:pat => $words:expr),+ $(,)? })+) => {$(
        impl Explain for $error {
            fn explain(&self) -> String {
                match self {
                    $($case => $words.into(),)+
                }
            }
        }
    )+};
}

explained! {
    InvalidBody {
        Self::Blank => t!(error.chat.blank),
        Self::TooLong(chars) => t!(error.chat.too_long, chars = language::number(*chars)),
        Self::Nul => t!(error.chat.nul),
    }
    InvalidTitle {
        Self::Blank => t!(error.chat.title_blank),
        Self::TooLong => t!(error.chat.title_too_long),
    }
    InvalidEmail {
        Self::Blank => t!(error.email.blank),
        Self::TooLong => t!(error.email.too_long),
        Self::Invisible => t!(error.email.invisible),
        Self::Malformed => t!(error.email.malformed),
    }
    InvalidDisplayName {
        Self::Blank => t!(error.name.blank),
        Self::TooLong => t!(error.name.too_long),
        Self::Invisible => t!(error.name.invisible),
        Self::TooManyMarks => t!(error.name.marks),
    }
    InvalidPassword {
        Self::TooShort => t!(error.password.too_short),
        Self::TooLong => t!(error.password.too_long),
    }
    users::UnknownTheme {
        _ => t!(error.account.theme),
    }
    users::UnknownLanguage {
        _ => t!(error.account.language),
    }
}

#[cfg(feature = "ssr")]
explained! {
    ::chat::InvalidCursor {
        _ => t!(error.chat.cursor),
    }
    ::chat::Error {
        Self::NotSignedIn => t!(error.not_signed_in),
        Self::NotFound => t!(error.not_found),
        Self::Busy => t!(error.chat.busy),
        Self::NoModel => t!(error.chat.no_model),
        Self::ModelUnavailable => t!(error.chat.model_gone),
        Self::MessageTooLong => t!(error.chat.longer_than_window),
        Self::MessageIdTaken => t!(error.chat.id_taken),
        Self::NotAllowed => t!(error.chat.not_allowed),
        Self::Credit(e) => e.explain(),
        Self::CapTooLow => t!(error.chat.cap_too_low),
        Self::Internal(_) => t!(error.internal),
    }
    users::Error {
        Self::NotSignedIn(_) => t!(error.not_signed_in),
        Self::Forbidden => t!(error.account.operator_only),
        Self::NotFound => t!(error.not_found),
        Self::EmailTaken => t!(error.email.taken),
        Self::Internal(_) => t!(error.internal),
    }
    ::exports::Error {
        Self::NotSignedIn(_) => t!(error.not_signed_in),
        Self::Forbidden => t!(error.account.operator_only),
        Self::NotFound => t!(error.account.no_export),
        Self::Internal(_) => t!(error.internal),
    }
    InvalidAmount {
        Self::Malformed => t!(error.money.malformed),
        Self::Ambiguous => t!(error.money.ambiguous),
        Self::TooFine => t!(error.money.too_fine),
        Self::Zero => t!(error.money.zero),
        Self::TooLarge => t!(error.money.too_large),
    }
    NoRange {
        Self => t!(billing.no_range),
    }
    ::payments::Error {
        Self::NotSignedIn(_) => t!(error.not_signed_in),
        Self::Forbidden => t!(error.account.operator_only),
        Self::NotFound => t!(error.not_found),
        Self::NotEnoughCredit { available } => t!(error.money.not_enough, amount = money(*available)),
        Self::CapReached { cap, used, .. } => t!(error.money.cap, cap = money(*cap), used = money(*used)),
        Self::Flagged => t!(billing.flagged),
        Self::TooMuch { left } => t!(error.money.too_much, amount = money(*left)),
        Self::NotPositive => t!(error.money.zero),
        Self::TooLarge(_) => t!(error.money.too_large),
        Self::Conflict => t!(error.money.conflict),
        Self::PastPrice => t!(error.money.past_price),
        Self::BadRange => t!(billing.no_range),
        Self::Subscribed => t!(error.money.subscribed),
        Self::Declined => t!(error.money.declined),
        Self::ProviderAway => t!(error.money.provider_away),
        Self::Internal(_) => t!(error.internal),
    }
    auth::Error {
        Self::NotSignedIn(_) => t!(error.not_signed_in),
        Self::Forbidden => t!(error.account.operator_only),
        Self::SignInRefused => t!(error.account.sign_in),
        Self::SignUpRefused => t!(error.account.sign_up),
        Self::GuessablePassword => t!(error.password.guessable),
        Self::WrongPassword => t!(error.password.wrong),
        Self::SamePassword => t!(error.password.same),
        Self::AddressUnusable => t!(error.account.address_unusable),
        Self::LinkExpired => t!(error.account.link_expired),
        Self::TooOften => t!(error.account.too_often),
        Self::Busy => t!(error.account.busy),
        Self::Internal(_) => t!(error.internal),
    }
}
