//! What goes wrong, as it crosses the wire: a kind, one sentence for the person, and the form
//! field it belongs to. Nothing else of a failure ever leaves the server.

#[cfg(feature = "ssr")]
mod mapping;
#[cfg(feature = "ssr")]
mod of_server;
mod words;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::language::t;
pub use words::Explain;

/// A refusal or failure in the person's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    /// Decides the HTTP status and how the page reacts.
    pub kind: ErrorKind,
    /// One or two sentences, shown as they are.
    pub message: String,
    /// The form field that the sentence is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// In how many seconds it is worth trying again, when that is known: the header `Retry-After`
    /// (RFC 9110, section 10.2.3).
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

/// The kinds of [`AppError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request cannot be understood (400).
    Malformed,
    /// Not signed in, or no longer (401).
    NotSignedIn,
    /// Credit stands against it (402): there is something to pay or to settle.
    Payment,
    /// Not allowed to this person (403).
    Forbidden,
    /// Does not exist, or belongs to somebody else (404).
    NotFound,
    /// Does not fit the present state (409).
    Conflict,
    /// More bytes than are accepted (413).
    TooLarge,
    /// What was entered is refused (422).
    Invalid,
    /// Too often (429).
    TooMany,
    /// Our fault (500).
    Internal,
    /// Works again later (503).
    Unavailable,
    /// The server was not reached. Only the browser makes it; it has no status.
    Offline,
}

impl ErrorKind {
    /// The HTTP status (RFC 9110, section 15) of a response that carries this error.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotSignedIn => 401,
            Self::Payment => 402,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Unavailable | Self::Offline => 503,
        }
    }

    /// Above the sentence, where an error fills a page.
    pub fn heading(self) -> &'static str {
        match self {
            Self::NotFound => t!(error.nothing_here),
            Self::Unavailable => t!(error.back_soon),
            Self::NotSignedIn => t!(error.sign_in_first),
            Self::Forbidden => t!(error.not_for_you),
            Self::TooMany => t!(error.too_fast),
            _ => t!(error.went_wrong),
        }
    }
}

impl AppError {
    /// An error of `kind` with its sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            field: None,
            retry_after: None,
        }
    }

    /// What was entered in `field` is refused.
    pub fn invalid(field: &str, reason: impl Explain) -> Self {
        Self {
            kind: ErrorKind::Invalid,
            message: reason.explain(),
            field: Some(field.to_owned()),
            retry_after: None,
        }
    }

    /// Not signed in, or no longer.
    pub fn not_signed_in() -> Self {
        Self::new(ErrorKind::NotSignedIn, t!(error.not_signed_in))
    }

    /// Too often.
    pub fn too_many(retry_after: Option<u32>) -> Self {
        Self {
            retry_after,
            ..Self::new(ErrorKind::TooMany, t!(error.too_many))
        }
    }

    /// The server was not reached.
    pub fn offline() -> Self {
        Self::new(ErrorKind::Offline, t!(error.offline))
    }

    /// Does not exist, or belongs to somebody else: nobody learns which.
    pub fn not_found() -> Self {
        Self::new(ErrorKind::NotFound, t!(error.not_found))
    }

    /// Our fault.
    pub fn internal() -> Self {
        Self::new(ErrorKind::Internal, t!(error.internal))
    }

    /// An answer of the site that is none of ours. Only the browser makes it.
    pub fn unreadable() -> Self {
        Self::new(ErrorKind::Unavailable, t!(error.unreadable_answer))
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(e: ServerFnErrorErr) -> Self {
        match e {
            ServerFnErrorErr::Request(_) => Self::offline(),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::new(ErrorKind::Malformed, t!(error.incomplete_form))
            }
            ServerFnErrorErr::Deserialization(_) if cfg!(target_family = "wasm") => {
                Self::unreadable()
            }
            ServerFnErrorErr::Deserialization(_) => {
                Self::new(ErrorKind::Malformed, t!(error.unreadable_request))
            }
            _ => Self::internal(),
        }
    }

    /// Called when this error becomes a server function's response: the status goes with it.
    #[cfg(feature = "ssr")]
    fn ser(&self) -> leptos::server_fn::Bytes {
        use leptos::server_fn::Encodes;

        self.set_status();
        JsonEncoding::encode(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_the_wire() {
        let error = AppError::invalid("email", users::InvalidEmail::Malformed);
        assert_eq!(AppError::de(error.ser()), error);
    }

    #[test]
    fn what_is_not_an_error_of_ours_gets_a_plain_sentence() {
        let error = AppError::de("<html>Bad Gateway</html>".into());
        assert!(!error.message.contains('<'), "{}", error.message);
    }
}
