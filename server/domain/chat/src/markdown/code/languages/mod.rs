//! The languages that are highlighted, by the names people write after a fence.

mod compiled;
mod data;
mod scripts;

use super::words::Words;

pub struct Language {
    /// Names after a fence, in lower case; the common one first.
    pub names: &'static [&'static str],
    pub class: &'static str,
    pub syntax: Syntax,
}

pub enum Syntax {
    Words(Words),
    Markup,
    Css,
    Diff,
}

pub fn all() -> impl Iterator<Item = &'static Language> {
    compiled::LANGUAGES
        .iter()
        .chain(scripts::LANGUAGES)
        .chain(data::LANGUAGES)
}

pub fn find(name: &str) -> Option<&'static Language> {
    all().find(|language| {
        language
            .names
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    })
}
