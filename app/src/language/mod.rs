//! The words of the pages, each in every language: `t!(chat.send)` is the text `send` of
//! `locales/*/chat.toml` in the language of the request (on the server) or of the page (in the browser).
//!
//! A page stays in the language it was made in: another one comes with the next page.

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
pub(crate) use side::moment;
pub(crate) use side::{locale, month, number};
#[cfg(feature = "ssr")]
pub use side::{now_in, scope};
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
    ($($text:tt)*) => {
        $crate::language::td_string!($crate::language::locale(), $($text)*)
    };
}
pub(crate) use t;

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
