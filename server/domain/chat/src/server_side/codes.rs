//! How enumerations are stored: as short codes, with constraints in the database that know them.

use crate::{Failure, MessageStatus, Speaker};

/// A value stored as a code.
pub trait Code: Sized + Copy + 'static {
    /// Every value with its code.
    const CODES: &'static [(Self, &'static str)];

    /// As stored.
    fn code(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::CODES
            .iter()
            .find(|(value, _)| *value == self)
            .map_or("", |(_, code)| code)
    }

    /// As read back; `None` for a code that this version does not know.
    fn from_code(code: &str) -> Option<Self> {
        Self::CODES
            .iter()
            .find(|(_, known)| *known == code)
            .map(|(value, _)| *value)
    }
}

/// A stored code that this version does not know.
pub fn unknown(column: &str, code: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: format!("unknown code {code:?}").into(),
    }
}

impl Code for Speaker {
    const CODES: &'static [(Self, &'static str)] =
        &[(Self::User, "user"), (Self::Assistant, "assistant")];
}

impl Code for MessageStatus {
    const CODES: &'static [(Self, &'static str)] = &[
        (Self::Complete, "complete"),
        (Self::Streaming, "streaming"),
        (Self::Stopped, "stopped"),
        (Self::Failed, "failed"),
        (Self::Interrupted, "interrupted"),
    ];
}

impl Code for Failure {
    const CODES: &'static [(Self, &'static str)] = &[
        (Self::Unreachable, "unreachable"),
        (Self::Unauthorized, "unauthorized"),
        (Self::UnknownModel, "unknown_model"),
        (Self::RateLimited, "rate_limited"),
        (Self::ProviderError, "provider_error"),
        (Self::Rejected, "rejected"),
        (Self::Cut, "cut"),
        (Self::Stalled, "stalled"),
        (Self::Malformed, "malformed"),
        (Self::Empty, "empty"),
        (Self::TooLong, "too_long"),
        (Self::Internal, "internal"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_what_serde_says() {
        for (value, code) in Failure::CODES {
            assert_eq!(serde_json::to_value(value).unwrap(), *code);
            assert_eq!(value.code(), *code);
        }
        for (value, code) in MessageStatus::CODES {
            assert_eq!(serde_json::to_value(value).unwrap(), *code);
        }
        assert_eq!(Speaker::from_code("robot"), None);
    }
}
