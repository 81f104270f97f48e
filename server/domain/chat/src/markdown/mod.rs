//! Model output (hostile Markdown) to sanitised HTML, one top-level block at a time.
//!
//! There is one path for everything a person sees: the first render, the stream, a shared page.
//! [`Rendering`] reads a text that only grows, hands out each top-level block once it can no longer
//! change, and renders only the open block again. [`render`] is the same thing told that nothing
//! more comes, so a streamed answer and a stored one are equal by construction.
//!
//! What differs from CommonMark, and why:
//! - A link reference definition (`[a]: https://…`) is known to the blocks after it and to its own,
//!   not to those before: they were already shown and a shown block never changes.
//! - Raw HTML is shown as text, except `<br>`, `<sub>`, `<sup>` and `<kbd>` without attributes,
//!   which models write in tables and formulas.
//! - Images become links: opening a conversation must not fetch from an address the model chose.
//! - A block longer than [`MAX_BLOCK`] is cut; one nested deeper than [`MAX_DEPTH`] is plain text.
//! - Bidirectional control characters that reorder text are dropped (Trojan Source, CVE-2021-42574).
//!   Each block's direction follows from its own text instead: see [`direction`].
//! - Code of more than [`code::LONG`] lines is folded once it is finished. While it is being
//!   written it is shown as far as it has come.

mod code;
mod direction;
mod format;
mod html;
mod lines;
mod math;
mod math_fence;
mod outline;
mod rendering;
mod sanitize;
mod split;
#[cfg(test)]
mod tests;

pub use rendering::{Block, Rendering};

/// Bump when output changes: stored HTML of an older version is rendered again.
pub const VERSION: i16 = 3;

/// Longest block in bytes, code apart. A longer one is cut at a line and goes on as a new block,
/// so that no input makes one parse, one message to the browser, or one repaint large.
pub const MAX_BLOCK: usize = 64 * 1024;

/// Longest code block in bytes; the rest goes on in a second code block of the same language.
pub const MAX_CODE_BLOCK: usize = 256 * 1024;

/// Deepest nesting of a block's tree (quotes, lists, emphasis). Browsers flatten trees deeper than
/// 512, and a flattened tree is not the one that was sanitised.
pub const MAX_DEPTH: usize = 64;

/// All blocks of a finished text.
#[must_use]
pub fn render(text: &str) -> Vec<Block> {
    let mut rendering = Rendering::new();
    rendering.finish(text);
    rendering.into_blocks()
}

/// A finished text as one HTML fragment: see [`Rendering::to_html`].
#[must_use]
pub fn to_html(text: &str) -> String {
    let mut rendering = Rendering::new();
    rendering.finish(text);
    rendering.to_html()
}

/// What has arrived of a text that still grows, as one HTML fragment: see [`Rendering::to_html`].
#[must_use]
pub fn to_open_html(text: &str) -> String {
    let mut rendering = Rendering::new();
    rendering.advance(text);
    rendering.to_html()
}
