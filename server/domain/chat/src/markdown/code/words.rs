//! Languages made of words, strings, numbers and comments: most of them.

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
        line_start = text.ends_with('\n')
            || (line_start && text.trim().is_empty())
            || starts_command(words, text);
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
    if words.line_comments.iter().any(|mark| opens(mark)) {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let (open, close) = words.block_comment?;
    rest.starts_with(open)
        .then(|| length_until(rest, open.len(), close))
}

/// The key at the start of a line of `key: value` or `key = value`, without its end.
fn key_length(words: &Words, rest: &str) -> usize {
    let line = rest.lines().next().unwrap_or_default();
    if words.key_ends.is_empty() || words.key_ends == "\":" {
        return 0;
    }
    let end = line
        .find(|c: char| !(c.is_alphanumeric() || "_-./ ".contains(c)))
        .unwrap_or(line.len());
    let key = line[..end].trim_end();
    let is_item = key.starts_with("- ") || key.starts_with(' ');
    let ends = line[end..].starts_with(|c| words.key_ends.contains(c));
    if ends && !is_item { key.len() } else { 0 }
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

fn attribute_length(rest: &str) -> usize {
    if rest.starts_with("#[") || rest.starts_with("#![") {
        return rest.find(']').map_or(rest.len(), |at| at + 1);
    }
    1 + rest[1..]
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .unwrap_or(rest.len() - 1)
}

fn lifetime_or_char(rest: &str) -> (Kind, usize) {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => (Kind::String, string_length(rest, '\'', false)),
        (Some(_), Some((at, '\''))) => (Kind::String, at + 1),
        _ => (Kind::Type, 1 + word_length(&rest[1..])),
    }
}

fn number_length(rest: &str) -> usize {
    let whole = word_length(rest);
    let fraction = rest[whole..]
        .strip_prefix('.')
        .filter(|more| more.starts_with(|c: char| c.is_ascii_digit()));
    whole + fraction.map_or(0, |more| 1 + word_length(more))
}

fn long_string_length(rest: &str, mark: &str) -> usize {
    let mut at = mark.len();
    while let Some(found) = rest[at..].find(['\\', mark.chars().next().unwrap_or('"')]) {
        at += found;
        if rest[at..].starts_with(mark) {
            return at + mark.len();
        }
        at += 1;
        if rest.as_bytes().get(at - 1) == Some(&b'\\') {
            at += first_length(&rest[at..]);
        }
    }
    rest.len()
}

/// Length of the string at the start of `rest`, both quotes included.
pub fn string_length(rest: &str, quote: char, over_lines: bool) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' if !over_lines => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

pub fn length_until(text: &str, from: usize, end: &str) -> usize {
    text.get(from..)
        .and_then(|inner| inner.find(end))
        .map_or(text.len(), |at| from + at + end.len())
}

pub fn word_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len())
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}
