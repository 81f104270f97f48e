//! The kinds of token and their HTML. Few, so that a theme is a dozen colours.

use super::push_escaped;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Comment,
    String,
    Number,
    Keyword,
    Type,
    Function,
    /// Attributes, decorators, preprocessor lines.
    Meta,
    /// Keys, properties and variables with a sigil.
    Name,
    Inserted,
    Deleted,
}

const CLASSES: [(Kind, &str); 10] = [
    (Kind::Comment, "hl-comment"),
    (Kind::String, "hl-string"),
    (Kind::Number, "hl-number"),
    (Kind::Keyword, "hl-keyword"),
    (Kind::Type, "hl-type"),
    (Kind::Function, "hl-function"),
    (Kind::Meta, "hl-meta"),
    (Kind::Name, "hl-name"),
    (Kind::Inserted, "hl-inserted"),
    (Kind::Deleted, "hl-deleted"),
];

pub fn classes() -> impl Iterator<Item = &'static str> {
    CLASSES.iter().map(|(_, class)| *class)
}

/// The HTML so far; neighbours of one kind share a span.
pub struct Tokens {
    html: String,
    kind: Kind,
}

impl Tokens {
    pub fn new(source: &str) -> Self {
        Self {
            html: String::with_capacity(source.len() * 2),
            kind: Kind::Plain,
        }
    }

    pub fn push(&mut self, kind: Kind, text: &str) {
        let is_space = text.bytes().all(|b| b.is_ascii_whitespace());
        if kind != self.kind && !(is_space && kind == Kind::Plain && self.kind == Kind::Comment) {
            self.close();
            if let Some((_, class)) = CLASSES.iter().find(|(known, _)| *known == kind) {
                self.html.push_str("<span class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
            }
            self.kind = kind;
        }
        push_escaped(&mut self.html, text);
    }

    fn close(&mut self) {
        if self.kind != Kind::Plain {
            self.html.push_str("</span>");
        }
        self.kind = Kind::Plain;
    }

    pub fn into_html(mut self) -> String {
        self.close();
        self.html
    }
}
