//! How long the token at the start of a text is, in bytes.

use super::tokens::Kind;

pub fn attribute_length(rest: &str) -> usize {
    if rest.starts_with("#[") || rest.starts_with("#![") {
        return rest.find(']').map_or(rest.len(), |at| at + 1);
    }
    1 + rest[1..]
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .unwrap_or(rest.len() - 1)
}

pub fn lifetime_or_char(rest: &str) -> (Kind, usize) {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => (Kind::String, string_length(rest, '\'', false)),
        (Some(_), Some((at, '\''))) => (Kind::String, at + 1),
        _ => (Kind::Type, 1 + word_length(&rest[1..])),
    }
}

pub fn number_length(rest: &str) -> usize {
    let whole = word_length(rest);
    let fraction = rest[whole..]
        .strip_prefix('.')
        .filter(|more| more.starts_with(|c: char| c.is_ascii_digit()));
    whole + fraction.map_or(0, |more| 1 + word_length(more))
}

pub fn long_string_length(rest: &str, mark: &str) -> usize {
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

pub fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}
