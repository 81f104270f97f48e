//! CSS, SCSS and Less: selectors, properties and values.

use super::scan::{length_until, string_length, word_length};
use super::tokens::{Kind, Tokens};

pub fn lex(source: &str, out: &mut Tokens) {
    let mut rest = source;
    // Inside a value: after the colon of a declaration.
    let mut value = false;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '/' if rest.starts_with("/*") => (Kind::Comment, length_until(rest, 2, "*/")),
            '/' if rest.starts_with("//") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
            '"' | '\'' => (Kind::String, string_length(rest, first, true)),
            '@' => (Kind::Keyword, 1 + css_word(&rest[1..])),
            '#' if value => (Kind::Number, 1 + css_word(&rest[1..])),
            '.' | '#' | '&' | '*' if !value => {
                (Kind::Type, first.len_utf8() + css_word(&rest[1..]))
            }
            '$' => (Kind::Name, 1 + css_word(&rest[1..])),
            '0'..='9' => (Kind::Number, number(rest)),
            '{' | '}' | ';' => {
                value = false;
                (Kind::Plain, 1)
            }
            ':' => {
                value |= is_declaration(rest);
                (Kind::Plain, 1)
            }
            c if c.is_alphabetic() || c == '-' || c == '_' => {
                let length = css_word(rest).max(c.len_utf8());
                (kind_of_word(&rest[length..], value), length)
            }
            c => (Kind::Plain, c.len_utf8()),
        };
        let (token, after) = rest.split_at(length);
        out.push(kind, token);
        rest = after;
    }
}

fn css_word(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
        .unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let digits = word_length(text);
    let fraction = text[digits..]
        .strip_prefix('.')
        .map_or(0, |more| 1 + word_length(more));
    let unit = usize::from(text[digits + fraction..].starts_with('%'));
    digits + fraction + unit
}

/// How far to look for what ends a declaration, in characters; it bounds the work per colon.
const LOOK_AHEAD: usize = 256;

/// `color: red;` and not `a:hover {`: what ends it tells.
fn is_declaration(from_colon: &str) -> bool {
    from_colon
        .chars()
        .take(LOOK_AHEAD)
        .find(|c| matches!(c, ';' | '{' | '}'))
        != Some('{')
}

fn kind_of_word(after: &str, value: bool) -> Kind {
    if after.starts_with('(') {
        Kind::Function
    } else if value {
        Kind::Plain
    } else if after.trim_start().starts_with(':') && is_declaration(after) {
        Kind::Name
    } else {
        Kind::Type
    }
}
