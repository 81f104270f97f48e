//! Names that others gave to what they asked for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest reference, in characters: what Stripe allows for an idempotency key, and more than any of its ids.
const LONGEST: usize = 255;

/// Not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A reference has 1 to 255 visible ASCII characters.")]
pub struct BadReference;

fn parse(s: &str) -> Result<String, BadReference> {
    let visible = !s.is_empty() && s.bytes().all(|b| b.is_ascii_graphic());
    (visible && s.len() <= LONGEST)
        .then(|| s.to_owned())
        .ok_or(BadReference)
}

macro_rules! reference {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Accepts 1 to 255 visible ASCII characters.
            ///
            /// # Errors
            /// [`BadReference`].
            pub fn parse(s: &str) -> Result<Self, BadReference> {
                parse(s).map(Self)
            }

            /// As given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadReference;

            fn try_from(s: String) -> Result<Self, BadReference> {
                Self::parse(&s)
            }
        }

        impl From<$name> for String {
            fn from(reference: $name) -> Self {
                reference.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

reference! {
    /// A payment, a paid invoice or a dispute, by its id at the payment provider.
    PaymentReference
}
reference! {
    /// Makes a command take effect once: the same key again does nothing. Unique for each wallet and kind of
    /// command, kept for ever; it names no person.
    IdempotencyKey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_visible_and_not_too_long() {
        for good in ["p", "pi_3MtwBwLkdIwHu7ix28a3tqPa", &"x".repeat(255)] {
            assert_eq!(
                PaymentReference::parse(good).map(String::from),
                Ok(good.to_owned())
            );
        }
        for bad in ["", " ", "a b", "a\n", "é", "\0", &"x".repeat(256)] {
            assert_eq!(IdempotencyKey::parse(bad), Err(BadReference), "{bad:?}");
        }
    }

    #[test]
    fn serde_goes_through_parse() {
        assert!(serde_json::from_str::<PaymentReference>("\"pi_1\"").is_ok());
        assert!(serde_json::from_str::<PaymentReference>("\"pi 1\"").is_err());
    }
}
