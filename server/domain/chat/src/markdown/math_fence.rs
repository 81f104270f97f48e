//! Display maths over several lines, made safe from Markdown's block rules.
//!
//! comrak reads `$$…$$` and `\[…\]` as inlines, so a line of a formula that begins with `+ b` would
//! start a list and `= c` a heading. Here a formula that begins on a line of its own becomes a
//! fenced block `math`, which takes its lines literally. Blank lines end it, as they do in TeX.

use std::borrow::Cow;

use super::lines::{self, Fence};

pub fn rewrite(text: &str) -> Cow<'_, str> {
    let starts_formula = |line: &str| Opening::read(line).is_some();
    if !text.lines().any(starts_formula) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 32);
    let mut fence: Option<Fence> = None;
    let mut has_list = false;
    let mut rest = text;
    while let Some(line) = rest.split_inclusive('\n').next() {
        if fence.is_none()
            && let Some(opening) = Opening::read(line)
            && (has_list || lines::indent(line) <= 3)
            && let Some(length) = opening.rewrite(rest, &mut out)
        {
            rest = &rest[length..];
            continue;
        }
        has_list |= lines::is_list_marker(line);
        fence = match fence {
            Some(open) if open.closed_by(line) => None,
            Some(open) => Some(open),
            None => Fence::opened_by(after_markers(line)),
        };
        out.push_str(line);
        rest = &rest[line.len()..];
    }
    Cow::Owned(out)
}

/// The line without the quote and list markers before its text.
fn after_markers(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\t', '>']);
    if lines::is_list_marker(text) {
        text.trim_start_matches(|c: char| c.is_ascii_digit() || " \t-*+.)>".contains(c))
    } else {
        text
    }
}

/// The first line of a formula that does not end on it.
struct Opening<'a> {
    indent: &'a str,
    first: &'a str,
    closing: &'static str,
}

impl<'a> Opening<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let text = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - text.len()];
        [("$$", "$$"), ("\\[", "\\]")]
            .into_iter()
            .find_map(|(opening, closing)| {
                let first = text.strip_prefix(opening)?;
                (!first.contains(closing)).then_some(Self {
                    indent,
                    first,
                    closing,
                })
            })
    }

    /// Writes the formula at the start of `text` as a fenced block; how many bytes of `text` it was.
    /// A formula without its end is one only up to the end of the text, while it is being written.
    fn rewrite(&self, text: &str, out: &mut String) -> Option<usize> {
        let mut body = vec![self.first.trim()];
        let mut length = 0;
        let mut closed = false;
        for line in text.split_inclusive('\n') {
            length += line.len();
            if length == line.len() {
                continue;
            }
            if lines::is_blank(line) || line.contains("~~~") {
                return None;
            }
            let line = line.trim();
            if let Some(last) = line.strip_suffix(self.closing) {
                body.push(last.trim_end());
                closed = true;
                break;
            }
            body.push(line);
        }
        let indent = self.indent;
        out.push_str(&format!("{indent}~~~math\n"));
        for line in body.into_iter().filter(|line| !line.is_empty()) {
            out.push_str(&format!("{indent}{line}\n"));
        }
        if closed {
            out.push_str(&format!("{indent}~~~\n"));
        }
        Some(length)
    }
}
