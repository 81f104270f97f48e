//! The names by which people appear.

use std::fmt;

use kernel::text::is_blank;
use serde::{Deserialize, Serialize};

use super::{
    Email,
    unicode::{has_disguise, has_long_run, is_mark, nfc},
};

/// How a person appears: one line of 1 to [`DisplayName::MAX_CHARS`] characters in Unicode
/// normalisation form C, with nothing in it that disguises it or spills over its neighbours.
///
/// White space around it is dropped, and a run of it inside becomes one space.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDisplayName {
    /// Nothing to be seen in it.
    #[error("Enter a name.")]
    Blank,
    /// Longer than [`DisplayName::MAX_CHARS`].
    #[error("A name can have at most 80 characters.")]
    TooLong,
    /// A control character, or one that is invisible or turns the direction of writing.
    #[error("This name contains an invisible character. Type it instead of pasting it.")]
    Invisible,
    /// More than [`DisplayName::MAX_MARKS`] on one letter.
    #[error("This name has too many accents on one letter.")]
    TooManyMarks,
}

impl DisplayName {
    /// In characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 80;
    /// Combining marks on one letter. Living scripts need up to four; more is text that climbs
    /// over the lines around it.
    pub const MAX_MARKS: usize = 4;

    /// Accepts a text as a name.
    ///
    /// # Errors
    /// [`InvalidDisplayName`] says what is wrong, in words for the writer.
    pub fn parse(s: &str) -> Result<Self, InvalidDisplayName> {
        let s = s.trim();
        if is_blank(s) {
            return Err(InvalidDisplayName::Blank);
        }
        // Normalising is work: no more of it than a name can need.
        if s.chars().count() > Self::MAX_CHARS * (1 + Self::MAX_MARKS) {
            return Err(InvalidDisplayName::TooLong);
        }
        let words: Vec<&str> = s
            .split(|c: char| c.is_whitespace() && !c.is_control())
            .filter(|w| !w.is_empty())
            .collect();
        let name = nfc(&words.join(" "));
        if has_disguise(&name) {
            return Err(InvalidDisplayName::Invisible);
        }
        if has_long_run(&name, is_mark, Self::MAX_MARKS) {
            return Err(InvalidDisplayName::TooManyMarks);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidDisplayName::TooLong);
        }
        Ok(Self(name))
    }

    /// The name a person begins with: what stands before the `@`, without a `+tag`.
    pub fn from_email(email: &Email) -> Self {
        // Shorter than a name can be, and visible ASCII throughout: valid as it is.
        let local = email.local_part();
        let name = local
            .split('+')
            .find(|part| !part.is_empty())
            .unwrap_or(local);
        Self(name.to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DisplayName {
    type Error = InvalidDisplayName;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

// Names do not belong in logs.
impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(s: &str) -> Result<String, InvalidDisplayName> {
        DisplayName::parse(s).map(String::from)
    }

    #[test]
    fn names_of_many_scripts_are_kept() {
        for s in [
            "Ada Lovelace",
            "Đặng Thị Hương",
            "محمد",
            "می‌خواهم",
            "क्ष",
            "ශ්‍රී",
            "山田 太郎",
            "O’Brien-Smith",
            "ทิพย์",
            "👩‍💻 Ada",
            "❤️",
            "1️⃣",
            "🏳️‍🌈",
        ] {
            assert_eq!(name(s).as_deref(), Ok(s));
        }
    }

    #[test]
    fn white_space_is_tidied_and_the_form_is_c() {
        assert_eq!(
            name("  Ada \u{3000}\u{A0} Lovelace ").as_deref(),
            Ok("Ada Lovelace")
        );
        assert_eq!(name("Jose\u{301}").as_deref(), Ok("José"));
    }

    #[test]
    fn a_name_without_anything_visible_is_blank() {
        for s in ["", "  ", "\u{200B}\u{200D}", "\u{2800}", "\u{3164}", "\0"] {
            assert_eq!(name(s), Err(InvalidDisplayName::Blank), "{s:?}");
        }
    }

    #[test]
    fn a_disguise_is_refused() {
        for s in [
            "a\0b",
            "a\nb",
            "a\tb",
            "a\u{202E}b",
            "a\u{200B}b",
            "a\u{200D}b",
            "é\u{200D}",
            "\u{200C}é",
            "a\u{FE0F}b",
            "❤\u{FE0F}\u{FE0F}",
            "é\u{200D}\u{200D}é",
            "a\u{2800}b",
            "a\u{2066}b",
            "a\u{E0041}",
            "a\u{FEFF}b",
            "a\u{2028}\0b",
        ] {
            assert_eq!(name(s), Err(InvalidDisplayName::Invisible), "{s:?}");
        }
    }

    #[test]
    fn marks_do_not_pile_up() {
        assert_eq!(
            name(&format!("z{}", "\u{310}".repeat(4))).map(|n| n.chars().count()),
            Ok(5)
        );
        assert_eq!(
            name(&format!("z{}", "\u{310}".repeat(5))),
            Err(InvalidDisplayName::TooManyMarks)
        );
    }

    #[test]
    fn length_counts_characters_and_has_an_end() {
        assert!(name(&"é".repeat(80)).is_ok());
        assert!(name(&"e\u{301}".repeat(80)).is_ok());
        assert_eq!(name(&"é".repeat(81)), Err(InvalidDisplayName::TooLong));
        assert_eq!(
            name(&"é".repeat(1_000_000)),
            Err(InvalidDisplayName::TooLong)
        );
    }

    #[test]
    fn a_first_name_comes_from_the_address_without_its_tag() {
        let first = |s: &str| Email::parse(s).map(|e| String::from(DisplayName::from_email(&e)));
        assert_eq!(
            first("ada.lovelace+news@example.org"),
            Ok("ada.lovelace".into())
        );
        assert_eq!(first("+@example.org"), Ok("+".into()));
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again_unchanged(s in any::<String>()) {
            if let Ok(name) = DisplayName::parse(&s) {
                prop_assert_eq!(DisplayName::parse(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn every_address_gives_a_valid_first_name(s in "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@example\\.org") {
            let email = Email::parse(&s).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let name = DisplayName::from_email(&email);
            prop_assert_eq!(DisplayName::parse(name.as_str()), Ok(name));
        }
    }
}
