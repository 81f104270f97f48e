//! The words of the pages, each in every language: `t!(chat.send)` is the text `send` of
//! `locales/*/chat.toml` in the language of the request (on the server) or of the page (in the browser).
//!
//! A page stays in the language it was made in: another one comes with the next page.

use std::fmt::Display;

#[cfg(feature = "ssr")]
pub mod asked;
#[cfg_attr(feature = "ssr", path = "on_server.rs")]
#[cfg_attr(not(feature = "ssr"), path = "in_browser.rs")]
mod side;

#[expect(dead_code, unused_imports, reason = "generated, and more than is used")]
mod texts {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

#[cfg(feature = "ssr")]
pub(crate) use side::{carried, day, day_of_year, moment};
pub(crate) use side::{locale, month, number};
#[cfg(feature = "ssr")]
pub use side::{now_in, scope, speaking};
pub(crate) use texts::i18n::td_string;
pub use texts::i18n::{I18nLocaleTrait as Tag, Locale};

/// The language of the request that is being answered.
#[cfg(feature = "ssr")]
pub fn of_request() -> Locale {
    locale()
}

/// The same as pages name it (RFC 5646).
#[cfg(feature = "ssr")]
pub fn tag() -> &'static str {
    locale().as_str()
}

/// How many there are.
#[cfg(feature = "ssr")]
pub(crate) const LANGUAGES: usize = 2;

/// A text in the language of the request or the page, with its variables: `t!(chat.version, version = 2)`.
macro_rules! t {
    ($($key:ident).+) => {
        $crate::language::td_string!($crate::language::locale(), $($key).+)
    };
    ($($key:ident).+, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        $crate::language::filled(
            $crate::language::t!($($key).+),
            &[$((stringify!($name), &$crate::language::t!(@ $name $(= $value)?))),+],
        )
    };
    (@ $name:ident = $value:expr) => { $value };
    (@ $name:ident) => { $name };
}
pub(crate) use t;

/// A text with its variables, `{name}`, filled in. One function for all of them: made by `leptos_i18n`, each
/// would be code of its own in the bundle. A test compares names in texts with those in code.
pub(crate) fn filled(text: &str, variables: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        filled.push_str(before);
        if let Some((_, value)) = variables.iter().find(|(known, _)| *known == name) {
            filled.push_str(&value.to_string());
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Stands in a text where an element goes: see [`around`].
#[cfg(feature = "ssr")]
pub(crate) const GAP: &str = "\u{fffc}";

/// What stands before and after the [`GAP`] of a text.
#[cfg(feature = "ssr")]
pub(crate) fn around(text: String) -> (String, String) {
    let (before, after) = text.split_once(GAP).unwrap_or((&text, ""));
    (before.to_owned(), after.to_owned())
}

/// How many conversations.
pub(crate) fn chats(count: usize) -> String {
    match count {
        0 => t!(chat.no_chats).to_owned(),
        1 => t!(chat.one_chat).to_owned(),
        _ => t!(chat.chats, number = number(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_stand_where_the_language_has_them() {
        let both: [(&str, &dyn Display); 2] = [("a", &1), ("b", &"{a}")];
        for (text, expected) in [
            ("{a} of {b}", "1 of {a}"),
            ("{b}, {a}.", "{a}, 1."),
            ("none", "none"),
            ("{", "{"),
        ] {
            assert_eq!(filled(text, &both), expected);
        }
    }
}
