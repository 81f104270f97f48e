//! One block: parsed, written as HTML, sanitised.

use std::sync::LazyLock;

use comrak::html::escape;
use comrak::nodes::Node;
use comrak::{Arena, Options, parse_document};

use super::{MAX_DEPTH, format::Formatter, lines, math_fence, outline::Outline, sanitize};

/// More `\(` and `\[` than this in one block are not looked at: comrak searches the whole rest of
/// the block for the end of each.
const MAX_LATEX_DELIMITERS: usize = 512;

static OPTIONS: LazyLock<[Options<'static>; 2]> = LazyLock::new(|| [options(false), options(true)]);

fn options(math_latex: bool) -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.cjk_friendly_emphasis = true;
    options.extension.math_dollars = true;
    options.extension.math_latex = math_latex;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.render.escape = true;
    options
}

fn options_for(text: &str) -> &'static Options<'static> {
    let delimiters = text.matches("\\(").count() + text.matches("\\[").count();
    &OPTIONS[usize::from((1..=MAX_LATEX_DELIMITERS).contains(&delimiters))]
}

pub struct Rendered {
    pub html: String,
    /// The block holds nothing but link reference definitions.
    pub only_definitions: bool,
    /// Where the block's end stands.
    pub outline: Outline,
}

/// Whether more of a block is to come. Code is highlighted up to the limit of its stage, in bytes:
/// an open block is rendered again and again, and each token costs.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    Open = 16 * 1024,
    #[default]
    Finished = 64 * 1024,
}

/// How a block is rendered.
#[derive(Clone, Copy, Default)]
pub struct Manner {
    pub stage: Stage,
    /// Where the block stands.
    pub outline: Outline,
}

/// Renders one block. `definitions` are link reference definitions of earlier blocks, `prefix` is a
/// line that belongs before the block's own.
pub fn render(definitions: &str, prefix: Option<&str>, source: &str, manner: Manner) -> Rendered {
    let mut text = String::with_capacity(source.len() + definitions.len());
    text.push_str(definitions);
    text.push_str(prefix.unwrap_or_default());
    text.push_str(source);
    let text = math_fence::rewrite(&lines::normalise(&text)).into_owned();

    let arena = Arena::new();
    let root = parse_document(&arena, &text, options_for(&text));
    if is_too_deep(root) {
        return Rendered {
            html: plain(&lines::normalise(source)),
            only_definitions: false,
            outline: manner.outline,
        };
    }
    let mut html = String::with_capacity(text.len() * 2);
    let formatted = Formatter::format_document(root, options_for(&text), &mut html, manner);
    if formatted.is_err() {
        html = plain(&lines::normalise(source));
    }
    Rendered {
        html: sanitize::clean(&html),
        only_definitions: root.first_child().is_none() && source.contains("]:"),
        outline: formatted.unwrap_or(manner).outline,
    }
}

/// Whether `line`, put after `block`, is the start of a top-level block of its own.
pub fn begins_top_level_block(block: &str, line: &str) -> bool {
    let text = format!("{block}{line}");
    let text = lines::normalise(&text);
    let lines_before = lines::normalise(block).matches('\n').count();
    let arena = Arena::new();
    let root = parse_document(&arena, &text, &OPTIONS[0]);
    root.last_child()
        .is_some_and(|last| last.data().sourcepos.start.line == lines_before + 1)
}

fn is_too_deep(root: Node<'_>) -> bool {
    let mut stack = vec![(root, 0)];
    while let Some((node, depth)) = stack.pop() {
        if depth > MAX_DEPTH {
            return true;
        }
        stack.extend(node.children().map(|child| (child, depth + 1)));
    }
    false
}

fn plain(text: &str) -> String {
    let mut html = String::from("<div class=\"plain\" dir=\"auto\">");
    push_escaped(&mut html, text.trim_end());
    html.push_str("</div>");
    html
}

/// Appends text as HTML text or as a quoted attribute's value.
pub fn push_escaped(html: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = escape(html, text);
}
