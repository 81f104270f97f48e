//! What the links in mails carry.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The secret in a link from a mail: 32 random bytes in lower-case hexadecimal. It never prints.
#[derive(Clone)]
pub struct LinkToken(SecretString);

/// A text that no link of ours has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This link is not complete.")]
pub struct InvalidLink;

impl LinkToken {
    const CHARS: usize = 64;

    /// Accepts a text as what a link carries.
    ///
    /// # Errors
    /// [`InvalidLink`] when no link of ours carries it.
    pub fn parse(s: &str) -> Result<Self, InvalidLink> {
        let fits = s.len() == Self::CHARS
            && s.bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !fits {
            return Err(InvalidLink);
        }
        Ok(Self(s.into()))
    }

    /// The text, for whoever writes the link or looks it up.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_link_can_carry_is_accepted() {
        assert!(LinkToken::parse(&"0f".repeat(32)).is_ok());
        for other in [
            "",
            "0f",
            &"0F".repeat(32),
            &"0g".repeat(32),
            &"0f".repeat(33),
        ] {
            assert!(LinkToken::parse(other).is_err(), "{other}");
        }
    }

    #[test]
    fn it_does_not_print() {
        let token = LinkToken::parse(&"0f".repeat(32)).expect("a token");
        assert_eq!(format!("{token:?}"), "LinkToken");
    }
}
