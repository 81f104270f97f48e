//! Languages made of words, strings, numbers and comments: most of them.

use super::scan::{
    attribute_length, first_length, length_until, lifetime_or_char, long_string_length,
    number_length, string_length, word_length,
};
use super::tokens::{Kind, Tokens};

/// What tells one language from another. Lists are words between spaces.
pub struct Words {
    pub line_comments: &'static [&'static str],
    pub block_comment: Option<(&'static str, &'static str)>,
    /// Delimiters whose string may run over lines, longest first; a backslash escapes in it.
    pub long_strings: &'static [&'static str],
    /// Quotes whose string ends with its line.
    pub quotes: &'static str,
    pub keywords: &'static str,
    pub types: &'static str,
    pub constants: &'static str,
    /// Characters that begin a variable's name: `$x`.
    pub sigils: &'static str,
    /// Characters that begin an attribute: `@decorator`, `#include`.
    pub attributes: &'static str,
    pub ignores_case: bool,
    /// A name that begins with a capital is a type.
    pub capitals_are_types: bool,
    /// What stands between a key and its value, where lines are such pairs: `key: value`.
    pub key_ends: &'static str,
    /// The first word of a line is a command.
    pub commands: bool,
    /// `'a` is a lifetime and `'x'` a character.
    pub lifetimes: bool,
}

pub const PLAIN: Words = Words {
    line_comments: &[],
    block_comment: None,
    long_strings: &[],
    quotes: "\"'",
    keywords: "",
    types: "",
    constants: "true false null",
    sigils: "",
    attributes: "",
    ignores_case: false,
    capitals_are_types: false,
    key_ends: "",
    commands: false,
    lifetimes: false,
};

pub fn lex(words: &Words, source: &str, out: &mut Tokens) {
    let mut at = 0;
    let mut line_start = true;
    while at < source.len() {
        let rest = &source[at..];
        let key = if line_start {
            key_length(words, rest)
        } else {
            0
        };
        let (kind, length) = if key > 0 {
            (Kind::Name, key)
        } else {
            token(words, source, at, line_start)
        };
        // A token is never empty, so this ends.
        let length = length.clamp(first_length(rest), rest.len());
        let text = &rest[..length];
        out.push(kind, text);
        // White space and the dash of a list item leave the start of a line where it is.
        let leads = text.trim().is_empty() || text == "-";
        line_start = text.ends_with('\n') || (line_start && leads) || starts_command(words, text);
        at += length;
    }
}

fn token(words: &Words, source: &str, at: usize, line_start: bool) -> (Kind, usize) {
    let rest = &source[at..];
    let before = source[..at].chars().next_back();
    let first = rest.chars().next().unwrap_or(' ');
    if matches!(first, ' ' | '\t') {
        return (
            Kind::Plain,
            rest.find(|c| !matches!(c, ' ' | '\t'))
                .unwrap_or(rest.len()),
        );
    }
    if let Some(length) = comment_length(words, rest, before) {
        return (Kind::Comment, length);
    }
    if let Some(mark) = words
        .long_strings
        .iter()
        .find(|mark| rest.starts_with(**mark))
    {
        return (Kind::String, long_string_length(rest, mark));
    }
    if words.lifetimes && first == '\'' {
        return lifetime_or_char(rest);
    }
    if words.quotes.contains(first) {
        let length = string_length(rest, first, false);
        let is_key = words.key_ends.contains(':') && rest[length..].trim_start().starts_with(':');
        return (if is_key { Kind::Name } else { Kind::String }, length);
    }
    if words.sigils.contains(first) {
        return sigil(rest);
    }
    if first == '[' && line_start && words.key_ends.contains('=') {
        return (
            Kind::Type,
            rest.find([']', '\n']).map_or(rest.len(), |end| end + 1),
        );
    }
    if words.attributes.contains(first) && (first == '@' || line_start) {
        return (Kind::Meta, attribute_length(rest));
    }
    if first.is_ascii_digit() {
        return (Kind::Number, number_length(rest));
    }
    if first.is_alphabetic() || first == '_' {
        let length = word_length(rest);
        let kind = kind_of_word(words, &rest[..length], &rest[length..], before, line_start);
        return (kind, length);
    }
    (Kind::Plain, first_length(rest))
}

fn kind_of_word(
    words: &Words,
    word: &str,
    after: &str,
    before: Option<char>,
    line_start: bool,
) -> Kind {
    let is_in = |list: &str| {
        list.split_ascii_whitespace().any(|known| {
            if words.ignores_case {
                known.eq_ignore_ascii_case(word)
            } else {
                known == word
            }
        })
    };
    let member = before == Some('.');
    if !member && is_in(words.keywords) {
        Kind::Keyword
    } else if is_in(words.constants) {
        Kind::Number
    } else if !member && is_in(words.types) {
        Kind::Type
    } else if after.starts_with('(')
        || (words.lifetimes
            && ["!(", "![", "!{"]
                .iter()
                .any(|call| after.starts_with(call)))
        || (words.commands && line_start)
    {
        Kind::Function
    } else if words.capitals_are_types && word.starts_with(char::is_uppercase) {
        Kind::Type
    } else {
        Kind::Plain
    }
}

fn comment_length(words: &Words, rest: &str, before: Option<char>) -> Option<usize> {
    // `#` in a word (`$#`, `a#b`) and `--` in a word are no comments.
    let starts_word = before.is_none_or(|c| c.is_whitespace() || ";(){}[],".contains(c));
    let opens = |mark: &&str| rest.starts_with(*mark) && (starts_word || mark.starts_with('/'));
    if words.line_comments.iter().any(opens) {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let (open, close) = words.block_comment?;
    rest.starts_with(open)
        .then(|| length_until(rest, open.len(), close))
}

/// Longest key in characters; it bounds the work per token at the start of a line.
const MAX_KEY: usize = 128;

/// The key at the start of a line of `key: value` or `key = value`, without its end.
fn key_length(words: &Words, rest: &str) -> usize {
    if words.key_ends.is_empty() || words.key_ends == "\":" {
        return 0;
    }
    let is_key = |c: char| c.is_alphanumeric() || "_-./ ".contains(c);
    let mut chars = rest.char_indices().take(MAX_KEY);
    let Some((end, after)) = chars.find(|(_, c)| !is_key(*c)) else {
        return 0;
    };
    let key = rest[..end].trim_end();
    let is_item = key.starts_with("- ") || key.starts_with(' ');
    if words.key_ends.contains(after) && !is_item {
        key.len()
    } else {
        0
    }
}

fn starts_command(words: &Words, token: &str) -> bool {
    words.commands && matches!(token, "|" | ";" | "&")
}

fn sigil(rest: &str) -> (Kind, usize) {
    let name = &rest[first_length(rest)..];
    let length = if name.starts_with('{') {
        length_until(name, 1, "}")
    } else {
        word_length(name)
    };
    (
        if length == 0 { Kind::Plain } else { Kind::Name },
        rest.len() - name.len() + length,
    )
}
