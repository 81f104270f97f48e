//! Which way a block of text runs.
//!
//! A browser works that out by itself for what holds text (`dir="auto"`), but not for what holds
//! blocks: there it looks past every child that has a direction of its own (HTML standard, section
//! 3.2.6.4). The marks of a list, the bar beside a quote and the order of a table's columns would
//! stay on the left. So these say which way they run.

use comrak::nodes::{Node, NodeValue};
use unicode_bidi::{Direction, get_base_direction};

/// `rtl` when the first letter in the node that has a direction runs from right to left (Unicode
/// Standard Annex #9, rules P2 and P3), else `ltr`. Code and formulas are no words.
pub fn of(node: Node<'_>) -> &'static str {
    let first = node
        .descendants()
        .find_map(|inside| match &inside.data().value {
            NodeValue::Text(text) => match get_base_direction(text.as_ref()) {
                Direction::Rtl => Some("rtl"),
                Direction::Ltr => Some("ltr"),
                Direction::Mixed => None,
            },
            _ => None,
        });
    first.unwrap_or("ltr")
}
