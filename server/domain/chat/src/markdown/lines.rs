//! What one line of Markdown looks like from outside, by CommonMark 0.31's rules for block starts.

use std::borrow::Cow;

/// An open code fence (CommonMark 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence {
    mark: u8,
    length: usize,
}

impl Fence {
    /// The fence a line opens, at any indentation.
    pub fn opened_by(line: &str) -> Option<Self> {
        let line = line.trim_start_matches([' ', '\t']);
        let mark = *line
            .as_bytes()
            .first()
            .filter(|b| matches!(b, b'`' | b'~'))?;
        let length = line.bytes().take_while(|b| *b == mark).count();
        let info = &line[length..];
        (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some(Self { mark, length })
    }

    /// Whether a line closes this fence, whatever its indentation.
    pub fn closed_by(self, line: &str) -> bool {
        let line = line.trim_start_matches([' ', '\t']);
        let length = line.bytes().take_while(|b| *b == self.mark).count();
        length >= self.length && is_blank(&line[length..])
    }
}

pub fn is_blank(line: &str) -> bool {
    line.bytes()
        .all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Columns of white space before the text; a tab counts as four, which is all that matters here.
pub fn indent(line: &str) -> usize {
    line.bytes()
        .map_while(|b| match b {
            b' ' => Some(1),
            b'\t' => Some(4),
            _ => None,
        })
        .sum()
}

/// `# Heading` (CommonMark 4.2).
pub fn is_atx_heading(line: &str) -> bool {
    let line = line.trim_start_matches(' ');
    let level = line.bytes().take_while(|b| *b == b'#').count();
    (1..=6).contains(&level)
        && matches!(
            line.as_bytes().get(level),
            None | Some(b' ' | b'\t' | b'\r' | b'\n')
        )
}

/// `- item` or `1. item` (CommonMark 5.2).
pub fn is_list_marker(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']).as_bytes();
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let marker = match line.get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => return false,
    };
    matches!(line.get(marker), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

/// The text as the parser gets it: `\n` line ends, no NUL (CommonMark 2.3), and none of the
/// characters that make text read in another order than it is stored.
pub fn normalise(text: &str) -> Cow<'_, str> {
    let odd =
        |c: char| matches!(c, '\0' | '\r' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\0' => out.push('\u{FFFD}'),
            '\r' if chars.peek() != Some(&'\n') => out.push(' '),
            c if odd(c) => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
