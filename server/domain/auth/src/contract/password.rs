//! Passwords, by NIST SP 800-63B-4, section 3.1.1.2. They never print and are wiped from memory
//! when dropped.

use std::fmt;

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use serde::{Deserialize, Serialize};

/// A password that may become somebody's: [`Password::MIN_CHARS`] to [`Password::MAX_CHARS`]
/// characters (Unicode code points) of any kind, spaces too, in normalisation form KC. There are
/// no composition rules.
///
/// Whether it is too common is known only to the server, which has the list.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(SecretString);

/// Why a text can be no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum InvalidPassword {
    /// Shorter than [`Password::MIN_CHARS`].
    #[error(
        "A password needs at least 15 characters. Four or five unrelated words make a good one."
    )]
    TooShort,
    /// Longer than [`Password::MAX_CHARS`].
    #[error("A password can have at most 256 characters.")]
    TooLong,
}

impl Password {
    /// In characters, while the password is the only factor.
    pub const MIN_CHARS: usize = 15;
    /// In characters; the standard asks for at least 64.
    pub const MAX_CHARS: usize = 256;

    /// Accepts a text as a password. White space around it belongs to it.
    ///
    /// # Errors
    /// [`InvalidPassword`] says what is wrong, in words for the writer.
    pub fn parse(s: impl Into<String>) -> Result<Self, InvalidPassword> {
        let typed = Zeroizing::new(s.into());
        let chars = typed.chars().count();
        if chars > Self::MAX_CHARS {
            return Err(InvalidPassword::TooLong);
        }
        let normal = Zeroizing::new(nfkc(&typed));
        // Both counts: a single U+FDFA becomes eighteen characters, and no secret by that.
        if chars.min(normal.chars().count()) < Self::MIN_CHARS {
            return Err(InvalidPassword::TooShort);
        }
        Ok(Self(normal.as_str().into()))
    }

    /// The password, for whoever hashes or compares it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What somebody typed as a password they already have. Any text is: whether it is right is found
/// out by comparing, not by its form.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct TypedPassword(SecretString);

impl TypedPassword {
    /// Takes what was typed.
    pub fn new(s: impl Into<String>) -> Self {
        let typed = Zeroizing::new(s.into());
        // What can be nobody's password is not worth normalising: it becomes the empty one, which
        // is nobody's either.
        if typed.chars().count() > Password::MAX_CHARS {
            return Self(SecretString::default());
        }
        Self(Zeroizing::new(nfkc(&typed)).as_str().into())
    }

    /// What was typed, for whoever compares it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// So that the same password typed on two keyboards is the same.
#[cfg(not(target_family = "wasm"))]
fn nfkc(s: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    // Room for all of it: a buffer that moved would leave a copy behind.
    let mut normal = String::with_capacity(s.len() * 18);
    normal.extend(s.nfkc());
    normal
}

/// Unicode's tables would weigh more than the rest of the browser's bundle, and a check in the
/// browser is a courtesy: the server's is the one that counts.
#[cfg(target_family = "wasm")]
fn nfkc(s: &str) -> String {
    s.to_owned()
}

impl TryFrom<String> for Password {
    type Error = InvalidPassword;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(s)
    }
}

impl From<String> for TypedPassword {
    fn from(s: String) -> Self {
        Self::new(s)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for TypedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(s: &str) -> Option<InvalidPassword> {
        Password::parse(s).err()
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(refusal(&"é".repeat(14)), Some(InvalidPassword::TooShort));
        assert_eq!(refusal(&"é".repeat(15)), None);
        assert_eq!(refusal(&"字".repeat(256)), None);
        assert_eq!(refusal(&"字".repeat(257)), Some(InvalidPassword::TooLong));
    }

    #[test]
    fn normalising_does_not_make_a_short_password_long_enough() {
        assert_eq!(refusal("\u{FDFA}"), Some(InvalidPassword::TooShort));
        assert_eq!(
            refusal(&"e\u{301}".repeat(14)),
            Some(InvalidPassword::TooShort)
        );
    }

    #[test]
    fn any_character_is_welcome() {
        for s in [
            "               ",
            "\0 and \u{202E} and \n!!",
            "пятнадцать букв",
            "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
        ] {
            assert_eq!(refusal(s), None, "{s:?}");
        }
    }

    #[test]
    fn the_same_password_in_two_encodings_is_the_same() {
        let composed =
            Password::parse("caf\u{E9} on the corner ﬁve").map(|p| p.expose().to_owned());
        assert_eq!(composed.as_deref(), Ok("caf\u{E9} on the corner five"));
        assert_eq!(
            TypedPassword::new("cafe\u{301} on the corner five").expose(),
            "caf\u{E9} on the corner five"
        );
    }

    #[test]
    fn the_longest_expansion_fits_its_buffer() {
        let typed = "\u{FDFA}".repeat(256);
        assert!(nfkc(&typed).len() <= typed.len() * 18);
    }

    #[test]
    fn what_is_too_long_to_be_a_password_matches_none() {
        assert_eq!(TypedPassword::new("x".repeat(10_000_000)).expose(), "");
    }

    #[test]
    fn printing_does_not_show_the_password() {
        let secret = "violet kettle under nine moons";
        let printed = format!(
            "{:?} {:?}",
            Password::parse(secret),
            TypedPassword::new(secret)
        );
        assert_eq!(printed, "Ok(Password(…)) TypedPassword(…)");
    }
}
