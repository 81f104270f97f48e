//! The one place that maps the domains' errors to HTTP status and to the person's words.

use axum::http::{StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::{AppError, ErrorKind, Explain};

impl AppError {
    /// Gives the response that is being made the status of this error.
    pub fn set_status(&self) {
        if let (Some(response), Ok(status)) = (
            use_context::<ResponseOptions>(),
            StatusCode::from_u16(self.kind.status()),
        ) {
            response.set_status(status);
            if let Some(seconds) = self.retry_after {
                response.insert_header(header::RETRY_AFTER, seconds.into());
            }
        }
    }
}

/// Logged here, once, with its cause; the person gets one plain sentence.
impl From<kernel::Internal> for AppError {
    fn from(e: kernel::Internal) -> Self {
        if e.is_unavailable() {
            tracing::error!(error = %e, "the database is not available");
            Self::no_database()
        } else {
            tracing::error!(error = %e, cause = ?e, "a request failed");
            Self::internal()
        }
    }
}

impl From<kernel::actor::NotSignedIn> for AppError {
    fn from(_: kernel::actor::NotSignedIn) -> Self {
        Self::not_signed_in()
    }
}

impl From<::chat::Error> for AppError {
    fn from(e: ::chat::Error) -> Self {
        use ::chat::Error as E;

        match e {
            E::NotSignedIn => Self::not_signed_in(),
            E::NotFound => Self::not_found(),
            E::Busy | E::MessageIdTaken => Self::new(ErrorKind::Conflict, e.explain()),
            E::NoModel => Self::new(ErrorKind::Unavailable, e.explain()),
            E::ModelUnavailable => Self::invalid("model_id", e),
            E::MessageTooLong => Self::invalid("body", e),
            E::NotAllowed => Self::new(ErrorKind::NotFound, e.explain()),
            E::Credit(e) => e.into(),
            E::CapTooLow => Self::new(ErrorKind::Payment, e.explain()),
            E::Internal(internal) => internal.into(),
        }
    }
}

impl From<users::Error> for AppError {
    fn from(e: users::Error) -> Self {
        use users::Error as E;

        match e {
            E::NotSignedIn(e) => e.into(),
            E::Forbidden => Self::new(ErrorKind::Forbidden, e.explain()),
            E::NotFound => Self::not_found(),
            E::EmailTaken => Self::new(ErrorKind::Conflict, e.explain()),
            E::Internal(internal) => internal.into(),
        }
    }
}

impl From<auth::Error> for AppError {
    fn from(e: auth::Error) -> Self {
        use auth::Error as E;

        match e {
            E::NotSignedIn(e) => e.into(),
            E::Forbidden => Self::new(ErrorKind::Forbidden, e.explain()),
            // Which of the fields is wrong stays unsaid.
            E::SignInRefused | E::SignUpRefused => Self::new(ErrorKind::Invalid, e.explain()),
            E::GuessablePassword => Self::invalid("password", e),
            E::WrongPassword => Self::invalid("current_password", e),
            E::SamePassword => Self::invalid("new_password", e),
            E::LinkExpired | E::AddressUnusable => Self::new(ErrorKind::Invalid, e.explain()),
            E::TooOften => Self {
                message: e.explain(),
                ..Self::too_many(Some(3600))
            },
            E::Busy => Self::new(ErrorKind::Unavailable, e.explain()),
            E::Internal(internal) => internal.into(),
        }
    }
}

impl From<::payments::Error> for AppError {
    fn from(e: ::payments::Error) -> Self {
        use ::payments::Error as E;

        match e {
            E::NotSignedIn(e) => e.into(),
            E::Forbidden => Self::new(ErrorKind::Forbidden, e.explain()),
            E::NotFound => Self::not_found(),
            E::NotEnoughCredit { .. } | E::CapReached { .. } | E::Flagged => {
                Self::new(ErrorKind::Payment, e.explain())
            }
            E::TooMuch { .. } | E::Subscribed | E::Declined | E::Conflict => {
                Self::new(ErrorKind::Conflict, e.explain())
            }
            E::NotPositive | E::TooLarge(_) | E::PastPrice | E::BadRange => {
                Self::new(ErrorKind::Invalid, e.explain())
            }
            E::ProviderAway => Self::new(ErrorKind::Unavailable, e.explain()),
            E::Internal(internal) => internal.into(),
        }
    }
}

impl From<::exports::Error> for AppError {
    fn from(e: ::exports::Error) -> Self {
        use ::exports::Error as E;

        match e {
            E::NotSignedIn(e) => e.into(),
            E::Forbidden => Self::new(ErrorKind::Forbidden, e.explain()),
            E::NotFound => Self::new(ErrorKind::NotFound, e.explain()),
            E::Internal(internal) => internal.into(),
        }
    }
}
