//! Where one top-level block ends and the next begins, decided from complete lines in their order.
//!
//! A decision reads only the open block and the line in question. So it is the same however the
//! text was cut into chunks, and is never taken back. Where lines alone do not tell (nested fences,
//! HTML comments with blank lines), the parser itself is asked about the block so far.

use super::{MAX_BLOCK, MAX_CODE_BLOCK, html, lines};
use lines::Fence;

#[derive(Debug, Default)]
pub struct Splitter {
    /// Byte offset where the open block begins.
    start: usize,
    /// Byte offset of the first line not looked at.
    next: usize,
    /// What the lines of the open block say about it.
    block: Open,
}

#[derive(Debug, Default)]
struct Open {
    has_content: bool,
    has_list: bool,
    after_blank: bool,
    /// A heading or a closed fence: whatever follows is another block.
    complete: bool,
    fence: Option<Fence>,
    /// The opening line of the code block that this one continues after a cut.
    resumes: Option<String>,
    /// The parser is not asked before the block has this many bytes.
    probe_from: usize,
}

/// A block that can no longer change.
pub struct Cut {
    pub start: usize,
    pub end: usize,
    /// To be put before the block's text: the opening line of a code block that was cut.
    pub prefix: Option<String>,
}

impl Splitter {
    pub fn start(&self) -> usize {
        self.start
    }

    pub fn prefix(&self) -> Option<&str> {
        self.block.resumes.as_deref()
    }

    /// The next block of `text` that is certainly finished, if any. `ended`: no more text comes, so
    /// the last line counts even without its line end.
    pub fn next_cut(&mut self, text: &str, ended: bool) -> Option<Cut> {
        loop {
            let rest = &text[self.next..];
            let (line, complete) = match rest.find('\n') {
                Some(at) => (&rest[..=at], true),
                None => (rest, ended),
            };
            let limit = if self.block.fence.is_some() {
                MAX_CODE_BLOCK
            } else {
                MAX_BLOCK
            };
            if self.next + line.len() - self.start > limit {
                return Some(self.cut_long(text, limit));
            }
            if line.is_empty() || !complete {
                return None;
            }
            if self.begins_block(text, line) {
                let next = self.next;
                return Some(self.cut_at(next, Open::default()));
            }
            self.block.take(line);
            self.next += line.len();
        }
    }

    /// What is left when the text has ended.
    pub fn rest(&mut self, text: &str) -> Option<Cut> {
        (self.start < text.len()).then(|| self.cut_at(text.len(), Open::default()))
    }

    fn cut_at(&mut self, end: usize, next: Open) -> Cut {
        let block = std::mem::replace(&mut self.block, next);
        let start = std::mem::replace(&mut self.start, end);
        self.next = end;
        Cut {
            start,
            end,
            prefix: block.resumes,
        }
    }

    fn cut_long(&mut self, text: &str, limit: usize) -> Cut {
        let end = if self.next > self.start {
            self.next
        } else {
            text.floor_char_boundary(self.start + limit)
        };
        let next = match self.block.fence {
            None => Open::default(),
            Some(fence) => Open {
                has_content: true,
                fence: Some(fence),
                resumes: self
                    .block
                    .resumes
                    .clone()
                    .or_else(|| opening_line(&text[self.start..end])),
                ..Open::default()
            },
        };
        self.cut_at(end, next)
    }

    fn begins_block(&mut self, text: &str, line: &str) -> bool {
        let block = &self.block;
        if !block.has_content || block.fence.is_some() || lines::is_blank(line) {
            return false;
        }
        if block.complete {
            return true;
        }
        let interrupts = lines::is_atx_heading(line) || Fence::opened_by(line).is_some();
        let deepest = if block.has_list { 0 } else { 3 };
        if !(block.after_blank || interrupts) || lines::indent(line) > deepest {
            return false;
        }
        if block.has_list && lines::is_list_marker(line) {
            return false;
        }
        self.probe(text, line)
    }

    /// Asks the parser. A "no" makes the next question wait until the block has grown by a quarter,
    /// so that all questions about a block of n bytes together read O(n) bytes.
    fn probe(&mut self, text: &str, line: &str) -> bool {
        let length = self.next - self.start;
        if length < self.block.probe_from {
            return false;
        }
        // A link reference definition leaves no node to be seen; a word in its place does.
        let line = if line.trim_start().starts_with('[') {
            "x"
        } else {
            line
        };
        let begins = html::begins_top_level_block(&text[self.start..self.next], line);
        if !begins {
            self.block.probe_from = length + length / 4 + 32;
        }
        begins
    }
}

impl Open {
    fn take(&mut self, line: &str) {
        if lines::is_blank(line) {
            self.after_blank = true;
            return;
        }
        self.after_blank = false;
        if let Some(fence) = self.fence {
            if lines::indent(line) <= 3 && fence.closed_by(line) {
                self.fence = None;
                self.complete = true;
            }
            return;
        }
        let first = !std::mem::replace(&mut self.has_content, true);
        if first && lines::indent(line) <= 3 {
            self.complete = lines::is_atx_heading(line);
            self.fence = Fence::opened_by(line);
        }
        self.has_list |= lines::is_list_marker(line);
    }
}

fn opening_line(block: &str) -> Option<String> {
    let line = block.lines().find(|line| !lines::is_blank(line))?;
    Some(format!("{line}\n"))
}
