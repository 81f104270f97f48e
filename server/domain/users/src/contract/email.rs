//! Email addresses.

use std::fmt;

use kernel::text::{is_blank, is_deceptive};
use serde::{Deserialize, Serialize};

/// An email address by the grammar that browsers use for `<input type="email">` (WHATWG HTML,
/// "valid email address"), of at most [`Email::MAX_OCTETS`].
///
/// The domain is kept in lower case, what stands before it as typed; two addresses that differ
/// only in case are equal. The grammar is ASCII, so nothing invisible fits in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Why a text is no email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Nothing to be seen in it.
    #[error("Enter your email address.")]
    Blank,
    /// Longer than mail can carry.
    #[error(
        "This email address is too long: it can have at most 64 characters before the @ and 254 in all."
    )]
    TooLong,
    /// Contains a character that cannot be seen, most likely pasted along.
    #[error("This email address contains an invisible character. Type it instead of pasting it.")]
    Invisible,
    /// Not of the form.
    #[error("This is not an email address. It should look like name@example.com.")]
    Malformed,
}

impl Email {
    /// RFC 5321, section 4.5.3.1.3: a path has 256 octets, two of them angle brackets.
    pub const MAX_OCTETS: usize = 254;
    /// RFC 5321, section 4.5.3.1.1.
    pub const MAX_LOCAL_OCTETS: usize = 64;

    /// Accepts a text as an email address; white space around it is dropped.
    ///
    /// # Errors
    /// [`InvalidEmail`] says what is wrong, in words for the writer.
    pub fn parse(s: &str) -> Result<Self, InvalidEmail> {
        let s = s.trim();
        if is_blank(s) {
            return Err(InvalidEmail::Blank);
        }
        if s.chars().any(|c| is_deceptive(c) || c.is_control()) {
            return Err(InvalidEmail::Invisible);
        }
        let (local, domain) = s.split_once('@').ok_or(InvalidEmail::Malformed)?;
        let fits =
            !local.is_empty() && local.bytes().all(is_local) && domain.split('.').all(is_label);
        if !fits {
            return Err(InvalidEmail::Malformed);
        }
        if s.len() > Self::MAX_OCTETS || local.len() > Self::MAX_LOCAL_OCTETS {
            return Err(InvalidEmail::TooLong);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

/// RFC 5322's `atext` and the dot, anywhere: the browsers' grammar is laxer here than the RFC.
fn is_local(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b)
}

/// A label of a host name: 1 to 63 letters, digits and hyphens, no hyphen at either end (RFC
/// 1034, section 3.5, and RFC 1123, section 2.1).
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Email {}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

// Addresses do not belong in logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(s: &str) -> Option<InvalidEmail> {
        Email::parse(s).err()
    }

    #[test]
    fn an_address_is_trimmed_and_its_domain_lower_cased() {
        let email = Email::parse(" Ada.Lovelace+x@Example.ORG\r\n").map(String::from);
        assert_eq!(email, Ok("Ada.Lovelace+x@example.org".into()));
    }

    #[test]
    fn case_does_not_tell_addresses_apart() {
        assert_eq!(
            Email::parse("ADA@example.org"),
            Email::parse("ada@EXAMPLE.org")
        );
        assert_ne!(
            Email::parse("ada@example.org"),
            Email::parse("ida@example.org")
        );
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for s in [
            "a",
            "@",
            "a@",
            "@b",
            "a@b@c",
            "a b@c",
            "a@b..c",
            "a@-b",
            "a@b-",
            "a@b_c",
            "a,b@c",
            "é@b.c",
            "a@é.c",
            "\"a b\"@c.de",
            "a@[127.0.0.1]",
            "a@b.c.",
            "<a@b.c>",
        ] {
            assert_eq!(refusal(s), Some(InvalidEmail::Malformed), "{s:?}");
        }
        for s in ["", " \t", "\u{200B}"] {
            assert_eq!(refusal(s), Some(InvalidEmail::Blank), "{s:?}");
        }
        for s in ["a\0@b.c", "a\u{202E}@b.c", "a@b.c\u{200B}", "a\n@b.c"] {
            assert_eq!(refusal(s), Some(InvalidEmail::Invisible), "{s:?}");
        }
    }

    #[test]
    fn length_has_an_end() {
        let label = "d".repeat(63);
        let long = |n: usize| format!("a@{label}.{label}.{label}.{}", "e".repeat(n));
        assert_eq!(long(60).len(), 254);
        assert_eq!(refusal(&long(60)), None);
        assert_eq!(refusal(&long(61)), Some(InvalidEmail::TooLong));
        assert_eq!(refusal(&format!("{}@b.c", "a".repeat(64))), None);
        assert_eq!(
            refusal(&format!("{}@b.c", "a".repeat(65))),
            Some(InvalidEmail::TooLong)
        );
    }

    #[test]
    fn printing_does_not_show_the_address() {
        assert_eq!(
            format!("{:?}", Email::parse("ada@example.org")),
            "Ok(Email(…))"
        );
    }

    proptest! {
        // The regular expression of the WHATWG's own text, with lengths that RFC 5321 allows.
        #[test]
        fn whatever_a_browser_accepts_is_accepted(
            s in r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?){0,1}"
        ) {
            prop_assert!(Email::parse(&s).is_ok_and(|e| e.as_str().eq_ignore_ascii_case(&s)));
        }

        #[test]
        fn what_was_accepted_stays_the_same(s in "\\PC{0,12}@?\\PC{0,12}|[a-zA.@ -]{0,12}") {
            if let Ok(email) = Email::parse(&s) {
                prop_assert!(email.as_str().is_ascii() && email.as_str().len() <= Email::MAX_OCTETS);
                prop_assert_eq!(Email::parse(email.as_str()).map(String::from), Ok(email.as_str().to_owned()));
            }
        }
    }
}
