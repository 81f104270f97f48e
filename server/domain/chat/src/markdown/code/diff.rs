//! Unified diffs, by the first character of each line.

use super::tokens::{Kind, Tokens};

pub fn lex(source: &str, out: &mut Tokens) {
    const HEADERS: [&str; 6] = [
        "diff ",
        "index ",
        "--- ",
        "+++ ",
        "new file",
        "deleted file",
    ];
    for line in source.split_inclusive('\n') {
        let kind = if HEADERS.iter().any(|header| line.starts_with(header)) {
            Kind::Meta
        } else {
            match line.as_bytes().first() {
                Some(b'+') => Kind::Inserted,
                Some(b'-') => Kind::Deleted,
                Some(b'@') => Kind::Keyword,
                _ => Kind::Plain,
            }
        };
        out.push(kind, line);
    }
}
