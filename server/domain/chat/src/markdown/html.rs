//! One block: parsed by comrak, written as HTML of our own choice, sanitised.

use std::fmt::Write;
use std::sync::LazyLock;

use comrak::html::{ChildRendering, escape, format_node_default};
use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, create_formatter, parse_document};

use super::{MAX_DEPTH, code, lines, math, math_fence, sanitize};

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
}

/// Renders one block. `definitions` are link reference definitions of earlier blocks, `prefix` is a
/// line that belongs before the block's own.
pub fn render(definitions: &str, prefix: Option<&str>, source: &str) -> Rendered {
    let mut text = String::with_capacity(source.len() + definitions.len());
    if source.contains('[') {
        text.push_str(definitions);
    }
    text.push_str(prefix.unwrap_or_default());
    text.push_str(source);
    let text = math_fence::rewrite(&lines::normalise(&text)).into_owned();

    let arena = Arena::new();
    let root = parse_document(&arena, &text, options_for(&text));
    if is_too_deep(root) {
        return Rendered {
            html: plain(&lines::normalise(source)),
            only_definitions: false,
        };
    }
    let mut html = String::with_capacity(text.len() * 2);
    if Formatter::format_document(root, options_for(&text), &mut html).is_err() {
        html = plain(&lines::normalise(source));
    }
    Rendered {
        html: sanitize::clean(&html),
        only_definitions: root.first_child().is_none() && source.contains("]:"),
    }
}

/// Whether `line`, put after `block`, is the start of a top-level block of its own.
pub fn begins_top_level_block(block: &str, line: &str) -> bool {
    let text = format!("{block}{line}");
    let text = lines::normalise(&text);
    let lines_before = lines::normalise(block).matches('\n').count();
    let arena = Arena::new();
    let root = parse_document(&arena, &text, &OPTIONS[0]);
    root.last_child().is_some_and(|last| {
        last.previous_sibling().is_some() && last.data().sourcepos.start.line == lines_before + 1
    })
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
    let mut html = String::from("<div class=\"plain\">");
    push_escaped(&mut html, text.trim_end());
    html.push_str("</div>");
    html
}

/// Appends text as HTML text or as a quoted attribute's value.
pub fn push_escaped(html: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = escape(html, text);
}

/// Only what a person can mean to follow from an answer; never `javascript:`, `data:` or a path of
/// this site, where a link could do something in the reader's name.
fn is_allowed(url: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// Tags without attributes that pass from Markdown as they are.
fn allowed_tag(literal: &str) -> Option<&'static str> {
    const TAGS: [(&str, &str); 9] = [
        ("<br>", "<br>"),
        ("<br/>", "<br>"),
        ("<br />", "<br>"),
        ("<sub>", "<sub>"),
        ("</sub>", "</sub>"),
        ("<sup>", "<sup>"),
        ("</sup>", "</sup>"),
        ("<kbd>", "<kbd>"),
        ("</kbd>", "</kbd>"),
    ];
    TAGS.iter()
        .find(|(from, _)| literal.eq_ignore_ascii_case(from))
        .map(|(_, to)| *to)
}

fn is_in_link(node: Node<'_>) -> bool {
    node.ancestors()
        .skip(1)
        .any(|up| matches!(up.data().value, NodeValue::Link(_)))
}

/// GFM allows one tilde, but people write `~5 to 10~20` for "about"; two are asked for here.
fn has_two_tildes(node: Node<'_>) -> bool {
    let outer = node.data().sourcepos.start.column;
    node.first_child()
        .is_none_or(|child| child.data().sourcepos.start.column != outer + 1)
}

create_formatter!(Formatter, {
    NodeValue::Heading(ref heading) => |context, entering| {
        // The page's own outline has h1 and h2 (WCAG 1.3.1).
        let level = (heading.level + 2).min(6);
        if entering { write!(context, "<h{level}>")?; } else { writeln!(context, "</h{level}>")?; }
    },
    NodeValue::HtmlBlock(ref block) => |context, entering| {
        if entering {
            context.write_str("<p>")?;
            for (i, line) in block.literal.trim_end().lines().enumerate() {
                context.write_str(if i == 0 { "" } else { "<br>" })?;
                context.escape(line)?;
            }
            context.write_str("</p>\n")?;
        }
    },
    NodeValue::HtmlInline(ref literal) => |context, entering| {
        if entering {
            match allowed_tag(literal) {
                Some(tag) => context.write_str(tag)?,
                None => context.escape(literal)?,
            }
        }
    },
    NodeValue::Link(ref link) => |context, node, entering| {
        if is_allowed(&link.url) && !is_in_link(node) {
            if entering {
                context.write_str("<a href=\"")?;
                context.escape_href(&link.url)?;
                context.write_str("\">")?;
            } else {
                context.write_str("</a>")?;
            }
        }
    },
    NodeValue::Image(ref link) => |context, node, entering| {
        let linked = is_allowed(&link.url) && !is_in_link(node);
        if entering && linked {
            context.write_str("<a href=\"")?;
            context.escape_href(&link.url)?;
            context.write_str("\">")?;
        }
        if entering && node.first_child().is_none() {
            context.escape(&link.url)?;
        }
        if !entering && linked {
            context.write_str("</a>")?;
        }
    },
    NodeValue::Strikethrough => |context, node, entering| {
        let tag = match (has_two_tildes(node), entering) {
            (true, true) => "<del>",
            (true, false) => "</del>",
            (false, _) => "~",
        };
        context.write_str(tag)?;
    },
    NodeValue::CodeBlock(ref block) => |context, entering| {
        if entering {
            let language = code::language_of(&block.info);
            if language == "math" {
                context.write_str(&math::display(&block.literal, block.closed))?;
            } else {
                context.write_str(&code::figure(language, &block.literal))?;
            }
        }
    },
    NodeValue::Math(ref formula) => |context, entering| {
        if entering {
            context.write_str(&math::inline(&formula.literal, formula.display_math))?;
        }
    },
    NodeValue::Table(_) => |context, node, entering| {
        if entering {
            // A region that scrolls must be reachable by keyboard and have a name (WCAG 2.1.1).
            context.write_str("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">")?;
            format_node_default(context, node, entering)?;
        } else {
            format_node_default(context, node, entering)?;
            context.write_str("</div>\n")?;
        }
    },
    NodeValue::TaskItem(ref task) => |context, entering| {
        if entering {
            let checked = if task.symbol.is_some() { " checked=\"\"" } else { "" };
            write!(context, "<li class=\"task\"><input type=\"checkbox\" disabled=\"\" aria-label=\"Task\"{checked}> ")?;
        } else {
            context.write_str("</li>\n")?;
        }
    },
});
