//! Code blocks: a figure with the language's name, a copy button and highlighted text.
//!
//! The highlighter is our own small lexer. TextMate grammars (syntect with bat's set) were measured:
//! 12 ms for 4 KB of Rust and, once a few languages were seen, 190 MB resident, 40 MB of it for
//! TypeScript alone. This one is linear in the text whatever the text is, keeps no state, and is
//! cheap enough to run on a block that is still being written.

mod css;
mod diff;
mod languages;
mod markup;
mod scan;
mod tokens;
mod words;

use super::html::push_escaped;
use languages::{Language, Syntax};
use tokens::Tokens;
pub use tokens::classes as token_classes;

/// Longest language name that is shown, in bytes.
const MAX_LABEL: usize = 24;

/// The language in a fence's info string: `rust,ignore`, `python title="x"`, `{.js}`, `ts{1,3}`.
/// Empty when there is none that could be shown.
pub fn language_of(info: &str) -> &str {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "+#._-".contains(c);
    let info = info.trim_start_matches(['{', '.', ' ']);
    let name = &info[..info.find(|c| !is_name(c)).unwrap_or(info.len())];
    if name.len() <= MAX_LABEL { name } else { "" }
}

pub fn language_classes() -> impl Iterator<Item = &'static str> {
    languages::all().map(|language| language.class)
}

/// Code of more lines than this is folded.
pub const LONG: usize = 40;

/// How code is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// In colours.
    pub highlighted: bool,
    /// If it is long, only its beginning until somebody asks for the rest.
    pub folds: bool,
}

/// The figure. What unfolds long code is a disclosure after it, whose state the style looks at: that
/// needs no script, and the code stays one text, for whoever copies or searches it.
pub fn figure(name: &str, source: &str, look: Look) -> String {
    let language = languages::find(name);
    let lines = source.lines().count();
    let mut html = String::with_capacity(source.len() * 2 + 256);
    html.push_str("<figure class=\"code\"><figcaption><span>");
    push_escaped(&mut html, if name.is_empty() { "text" } else { name });
    html.push_str("</span><button type=\"button\" data-copy=\"\" class=\"copy\">Copy</button></figcaption><pre tabindex=\"0\"><code");
    if let Some(language) = language {
        html.push_str(" class=\"");
        html.push_str(language.class);
        html.push('"');
    }
    html.push('>');
    match language {
        Some(language) if look.highlighted => html.push_str(&highlight(language, source)),
        _ => push_escaped(&mut html, source),
    }
    html.push_str("</code></pre>");
    if look.folds && lines > LONG {
        html.push_str("<details class=\"fold\"><summary><span class=\"more\">Show all ");
        html.push_str(&lines.to_string());
        html.push_str(" lines</span><span class=\"less\">Show less</span></summary></details>");
    }
    html.push_str("</figure>\n");
    html
}

fn highlight(language: &Language, source: &str) -> String {
    let mut out = Tokens::new(source);
    lex(&language.syntax, source, &mut out);
    out.into_html()
}

fn lex(syntax: &Syntax, source: &str, out: &mut Tokens) {
    match syntax {
        Syntax::Words(words) => words::lex(words, source, out),
        Syntax::Markup => markup::lex(source, out),
        Syntax::Css => css::lex(source, out),
        Syntax::Diff => diff::lex(source, out),
    }
}
