//! HTML, XML and the templates made of them. Scripts and styles inside are lexed as what they are.

use super::languages::{self, Syntax};
use super::scan::{length_until, string_length};
use super::tokens::{Kind, Tokens};

pub fn lex(source: &str, out: &mut Tokens) {
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        out.push(Kind::Plain, &rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with("<!--") {
            take(rest, length_until(rest, 4, "-->"), Kind::Comment, out)
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            take(rest, length_until(rest, 2, ">"), Kind::Meta, out)
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            element(rest, out)
        } else {
            take(rest, 1, Kind::Plain, out)
        };
    }
    out.push(Kind::Plain, rest);
}

fn take<'a>(text: &'a str, length: usize, kind: Kind, out: &mut Tokens) -> &'a str {
    let (token, rest) = text.split_at(length);
    out.push(kind, token);
    rest
}

fn element<'a>(text: &'a str, out: &mut Tokens) -> &'a str {
    let name_end = text[1..]
        .find(|c: char| c.is_whitespace() || "></".contains(c) && c != '/')
        .map_or(text.len(), |at| at + 1);
    let name = text[1..name_end].trim_end_matches('/');
    let rest = attributes(take(text, name.len() + 1, Kind::Keyword, out), out);
    let inner = match name {
        "script" => languages::find("javascript"),
        "style" => languages::find("css"),
        _ => None,
    };
    let Some(language) = inner else { return rest };
    let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
    if !matches!(language.syntax, Syntax::Markup) {
        super::lex(&language.syntax, &rest[..end], out);
    }
    &rest[end..]
}

fn attributes<'a>(text: &'a str, out: &mut Tokens) -> &'a str {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '>' => return take(rest, 1, Kind::Keyword, out),
            '/' => take(rest, 1, Kind::Keyword, out),
            '<' => return rest,
            '"' | '\'' => take(rest, string_length(rest, first, true), Kind::String, out),
            c if c.is_whitespace() || c == '=' => take(rest, c.len_utf8(), Kind::Plain, out),
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || "=></\"'".contains(c))
                    .unwrap_or(rest.len());
                take(rest, end.max(first.len_utf8()), Kind::Name, out)
            }
        };
    }
    rest
}
