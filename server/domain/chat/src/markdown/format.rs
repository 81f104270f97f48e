//! The tree of one block as HTML of our own choice.

use std::fmt::Write;

use comrak::create_formatter;
use comrak::html::format_node_default;
use comrak::nodes::{ListType, Node, NodeValue};

use super::{
    code, direction,
    html::{Manner, Stage},
    math,
};

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
        .any(|up| matches!(up.data().value, NodeValue::Link(_) | NodeValue::Image(_)))
}

/// GFM allows one tilde, but people write `~5 to 10~20` for "about"; two are asked for here.
fn has_two_tildes(node: Node<'_>) -> bool {
    let outer = node.data().sourcepos.start.column;
    node.first_child()
        .is_none_or(|child| child.data().sourcepos.start.column != outer + 1)
}

create_formatter!(Formatter<Manner>, {
    NodeValue::Heading(ref heading) => |context, entering| {
        if entering { context.user.outline.enter(heading.level); }
        let level = context.user.outline.level();
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
                let look = code::Look {
                    highlighted: block.literal.len() <= context.user.stage as usize,
                    folds: context.user.stage == Stage::Finished,
                };
                context.write_str(&code::figure(language, &block.literal, look))?;
            }
        }
    },
    NodeValue::Math(ref formula) => |context, entering| {
        if entering {
            context.write_str(&math::inline(&formula.literal, formula.display_math))?;
        }
    },
    NodeValue::BlockQuote => |context, node, entering| {
        context.cr()?;
        if entering {
            writeln!(context, "<blockquote dir=\"{}\">", direction::of(node))?;
        } else {
            context.write_str("</blockquote>\n")?;
        }
    },
    NodeValue::List(ref list) => |context, node, entering| {
        context.cr()?;
        let tag = if list.list_type == ListType::Ordered { "ol" } else { "ul" };
        if entering {
            write!(context, "<{tag} dir=\"{}\"", direction::of(node))?;
            if list.list_type == ListType::Ordered && list.start != 1 {
                write!(context, " start=\"{}\"", list.start)?;
            }
            context.write_str(">\n")?;
        } else {
            writeln!(context, "</{tag}>")?;
        }
    },
    NodeValue::Table(_) => |context, node, entering| {
        if entering {
            // What scrolls must be reachable by keyboard and have a name (WCAG 2.1.1). A group, not
            // a region: an answer of ten tables would have ten landmarks of one name.
            write!(context, "<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\" dir=\"{}\">", direction::of(node))?;
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
