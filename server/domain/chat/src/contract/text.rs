//! Texts that people write. A value of these types is valid; serde goes through `parse`.

use std::fmt;

use kernel::text::{is_blank, is_deceptive};
use serde::{Deserialize, Serialize};

/// What a person says: 1 to [`MessageBody::MAX_CHARS`] characters, kept as typed.
///
/// Invisible characters stay (emoji and several scripts need them), but a message of nothing
/// else is blank. NUL is refused because Postgres cannot store it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageBody(String);

/// Why a text is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBody {
    /// Nothing to be seen in it.
    #[error("Write a message first.")]
    Blank,
    /// Longer than [`MessageBody::MAX_CHARS`].
    #[error(
        "This message has {0} characters. A message can have at most 50,000: shorten it or send it in parts."
    )]
    TooLong(usize),
    /// Contains U+0000.
    #[error(
        "This message contains a NUL character, which cannot be stored. Remove it and send again."
    )]
    Nul,
}

impl MessageBody {
    /// In characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 50_000;

    /// Accepts a text as a message.
    ///
    /// # Errors
    /// [`InvalidBody`] says what is wrong, in words for the writer.
    pub fn parse(s: impl Into<String>) -> Result<Self, InvalidBody> {
        // Forms send line breaks as CRLF (HTML, "constructing an entry list").
        let s = s.into().replace("\r\n", "\n");
        if s.contains('\0') {
            return Err(InvalidBody::Nul);
        }
        if is_blank(&s) {
            return Err(InvalidBody::Blank);
        }
        // Bytes bound characters from above: most messages need no count.
        if s.len() > Self::MAX_CHARS {
            let chars = s.chars().count();
            if chars > Self::MAX_CHARS {
                return Err(InvalidBody::TooLong(chars));
            }
        }
        Ok(Self(s))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A conversation's title: one line of 1 to [`Title::MAX_CHARS`] characters.
///
/// Control characters and the invisible ones that could disguise it are dropped; white space
/// runs become one space.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

/// Why a text is no title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTitle {
    /// Nothing to be seen in it.
    #[error("A title cannot be empty.")]
    Blank,
    /// Longer than [`Title::MAX_CHARS`].
    #[error("A title can have at most 120 characters.")]
    TooLong,
}

impl Title {
    /// In characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 120;

    /// Accepts a text as a title.
    ///
    /// # Errors
    /// [`InvalidTitle`] says what is wrong, in words for the writer.
    pub fn parse(s: &str) -> Result<Self, InvalidTitle> {
        let title = Self::clean(s);
        if is_blank(&title) {
            return Err(InvalidTitle::Blank);
        }
        if title.chars().count() > Self::MAX_CHARS {
            return Err(InvalidTitle::TooLong);
        }
        Ok(Self(title))
    }

    /// Makes a title out of whatever a text begins with: its first words, cut at a word's end.
    /// `None` when nothing of it can be seen.
    pub fn from_first_words(text: &str, max_chars: usize) -> Option<Self> {
        let line = Self::clean(text);
        let max = max_chars.min(Self::MAX_CHARS);
        let cut = match line.char_indices().nth(max) {
            None => line,
            Some((end, _)) => {
                let head = &line[..end];
                let word_end = head.rfind(' ').filter(|at| *at > end / 2).unwrap_or(
                    // Room for the ellipsis.
                    head.char_indices().next_back().map_or(0, |(at, _)| at),
                );
                format!("{}…", head[..word_end].trim_end())
            }
        };
        Self::parse(&cut).ok()
    }

    fn clean(s: &str) -> String {
        // U+200C and U+200D join letters in several scripts and in emoji.
        let kept: String = s
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| {
                !c.is_control() && (!is_deceptive(*c) || matches!(c, '\u{200C}' | '\u{200D}'))
            })
            .collect();
        kept.split(' ')
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text {
    ($name:ident, $error:ty, $parse:expr) => {
        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(s: String) -> Result<Self, Self::Error> {
                $parse(s)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        // What people write does not belong in logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    };
}
text!(MessageBody, InvalidBody, MessageBody::parse);
text!(Title, InvalidTitle, |s: String| Title::parse(&s));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_nothing_visible_is_blank() {
        for s in ["", "  \n\t", "\u{200B}\u{FEFF}", "\u{202E}"] {
            assert_eq!(
                MessageBody::parse(s).err(),
                Some(InvalidBody::Blank),
                "{s:?}"
            );
        }
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(MessageBody::parse("é".repeat(50_000)).is_ok());
        assert_eq!(
            MessageBody::parse("é".repeat(50_001)).err(),
            Some(InvalidBody::TooLong(50_001))
        );
    }

    #[test]
    fn nul_is_refused_and_line_breaks_are_normal() {
        assert_eq!(MessageBody::parse("a\0b").err(), Some(InvalidBody::Nul));
        assert_eq!(
            MessageBody::parse("a\r\nb").map(String::from),
            Ok("a\nb".into())
        );
    }

    #[test]
    fn a_title_is_one_line_without_disguise() {
        let title = Title::parse("  a\u{202E}b\n\tc\0 ").map(String::from);
        assert_eq!(title, Ok("ab c".into()));
        assert_eq!(
            Title::parse("\u{200D}\u{200B} ").err(),
            Some(InvalidTitle::Blank)
        );
        assert_eq!(
            Title::parse(&"x".repeat(121)).err(),
            Some(InvalidTitle::TooLong)
        );
        assert!(Title::parse("👩‍💻 work").is_ok_and(|t| t.as_str() == "👩‍💻 work"));
    }

    #[test]
    fn first_words_end_at_a_word() {
        let title = |s: &str, n| Title::from_first_words(s, n).map(String::from);
        assert_eq!(
            title("How do I bake bread at home?", 16),
            Some("How do I bake…".into())
        );
        assert_eq!(title("short", 16), Some("short".into()));
        assert_eq!(title("\u{200B}", 16), None);
        assert_eq!(
            title(&"é".repeat(40), 10),
            Some(format!("{}…", "é".repeat(9)))
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_accepted_as_is_or_refused(s in "\\PC{0,40}|[\\x00-\\x20\u{200B}\u{202E}]{0,10}") {
            if let Ok(body) = MessageBody::parse(s.clone()) {
                proptest::prop_assert_eq!(body.as_str(), s.replace("\r\n", "\n"));
            }
        }

        #[test]
        fn a_title_read_back_is_the_same_title(s in "(\\PC|[\\x00-\\x20]){0,200}", max in 1usize..200) {
            if let Some(title) = Title::from_first_words(&s, max) {
                proptest::prop_assert!(title.as_str().chars().count() <= max.min(Title::MAX_CHARS));
                proptest::prop_assert_eq!(Title::parse(title.as_str()), Ok(title));
            }
        }
    }
}
