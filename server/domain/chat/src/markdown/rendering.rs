//! The incremental rendering of a text that only grows.

use std::sync::Arc;

use super::{
    html::{self, Manner, Stage},
    lines,
    outline::Outline,
    split::{Cut, Splitter},
};

/// Link reference definitions kept for later blocks, in bytes; what is over is ignored.
const MAX_DEFINITIONS: usize = 4 * 1024;

/// Blocks in a text that are read together with earlier definitions. Each reading costs the size of
/// all definitions, so a hostile text of small blocks must not ask for it without end.
const MAX_RESOLVED: usize = 1000;

/// A top-level block that no longer changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Byte offset in the text where the block ends; it begins where the one before ends.
    pub end: usize,
    /// Sanitised HTML. Empty when the block shows nothing, as link reference definitions do.
    pub html: Arc<str>,
}

/// Renders an append-only text block by block.
#[derive(Debug, Default)]
pub struct Rendering {
    text: String,
    ended: bool,
    splitter: Splitter,
    definitions: String,
    outline: Outline,
    resolved: usize,
    finished: Vec<Block>,
    open: Option<Arc<str>>,
}

impl Rendering {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the rendering up to date with `text`, which is what was given before and more;
    /// anything else starts from the beginning. Only the open block is parsed again.
    pub fn advance(&mut self, text: &str) {
        if self.take(text) {
            self.cut_finished();
            self.open = self.render_open();
        }
    }

    /// As [`Rendering::advance`], and no more text comes: the open block is finished.
    pub fn finish(&mut self, text: &str) {
        self.take(text);
        if self.ended {
            return;
        }
        self.ended = true;
        self.cut_finished();
        if let Some(cut) = self.splitter.rest(&self.text) {
            self.push(cut);
        }
        self.open = None;
    }

    /// Blocks that no longer change, in their order.
    #[must_use]
    pub fn finished(&self) -> &[Block] {
        &self.finished
    }

    /// HTML of the block still being written, if any of its text shows.
    #[must_use]
    pub fn open(&self) -> Option<&Arc<str>> {
        self.open.as_ref()
    }

    /// All blocks as one HTML fragment, each in its own `<div class="block">`, so that the n-th such
    /// element is the block of index n; one that shows nothing is an empty element.
    #[must_use]
    pub fn to_html(&self) -> String {
        let blocks = self.finished.iter().map(|block| &block.html);
        let mut out = String::with_capacity(self.text.len() * 2);
        for html in blocks.chain(&self.open) {
            out.push_str("<div class=\"block\">");
            out.push_str(html);
            out.push_str("</div>\n");
        }
        out
    }

    pub(super) fn into_blocks(self) -> Vec<Block> {
        self.finished
    }

    /// Whether there is anything new.
    fn take(&mut self, text: &str) -> bool {
        match text.strip_prefix(self.text.as_str()) {
            Some("") => false,
            Some(more) if !self.ended => {
                self.text.push_str(more);
                true
            }
            _ => {
                *self = Self {
                    text: text.to_owned(),
                    ..Self::default()
                };
                true
            }
        }
    }

    fn cut_finished(&mut self) {
        while let Some(cut) = self.splitter.next_cut(&self.text, self.ended) {
            self.push(cut);
        }
    }

    fn push(&mut self, cut: Cut) {
        let source = &self.text[cut.start..cut.end];
        let definitions = self.definitions_for(source);
        let resolved = usize::from(!definitions.is_empty());
        let rendered = html::render(
            definitions,
            cut.prefix.as_deref(),
            source,
            self.manner(Stage::Finished),
        );
        if rendered.only_definitions && self.definitions.len() + source.len() <= MAX_DEFINITIONS {
            self.definitions.push_str(source.trim());
            self.definitions.push_str("\n\n");
        }
        self.resolved += resolved;
        self.outline = rendered.outline;
        self.finished.push(Block {
            end: cut.end,
            html: rendered.html.into(),
        });
    }

    fn render_open(&self) -> Option<Arc<str>> {
        let source = &self.text[self.splitter.start()..];
        if lines::is_blank(source) {
            return None;
        }
        let definitions = self.definitions_for(source);
        let html = html::render(
            definitions,
            self.splitter.prefix(),
            source,
            self.manner(Stage::Open),
        )
        .html;
        (!html.is_empty()).then(|| html.into())
    }

    const fn manner(&self, stage: Stage) -> Manner {
        Manner {
            stage,
            outline: self.outline,
        }
    }

    /// What earlier blocks defined, if this one may refer to it.
    fn definitions_for(&self, source: &str) -> &str {
        let may_refer = source
            .match_indices(']')
            .any(|(at, _)| !source[at + 1..].starts_with(['(', ':']));
        if may_refer && self.resolved < MAX_RESOLVED {
            &self.definitions
        } else {
            ""
        }
    }
}
