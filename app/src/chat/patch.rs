//! Changes a part of the page to what it is to show, touching only what differs: a block that grows
//! at its end costs its end, and what the reader has selected, focused or unfolded stays.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{CharacterData, Element, HtmlTemplateElement, Node};

/// Makes the content of `element` what `html` says. The HTML is the server's, sanitised.
pub fn patch(element: &Element, html: &str) {
    let Ok(template) = document().create_element("template") else {
        return element.set_inner_html(html);
    };
    template.set_inner_html(html);
    let made = template.unchecked_into::<HtmlTemplateElement>().content();
    children(element, &made);
}

fn children(shown: &Node, made: &Node) {
    let mut old = shown.first_child();
    let mut new = made.first_child();
    while let Some(node) = new {
        new = node.next_sibling();
        let Some(place) = old else {
            let _ = shown.append_child(&node);
            continue;
        };
        old = place.next_sibling();
        if place.is_equal_node(Some(&node)) || grow(&place, &node) {
            continue;
        }
        if is_same_shell(&place, &node) {
            children(&place, &node);
        } else {
            let _ = shown.replace_child(&node, &place);
        }
    }
    while let Some(rest) = old {
        old = rest.next_sibling();
        let _ = shown.remove_child(&rest);
    }
}

/// A text that goes on is added to: the browser then lays out its last line anew, not all of them.
fn grow(shown: &Node, made: &Node) -> bool {
    let (Some(shown), Some(made)) = (
        shown.dyn_ref::<CharacterData>(),
        made.dyn_ref::<CharacterData>(),
    ) else {
        return false;
    };
    let (before, now) = (shown.data(), made.data());
    match now.strip_prefix(&before) {
        Some(more) => shown.append_data(more).is_ok(),
        None => {
            shown.set_data(&now);
            true
        }
    }
}

/// Whether both are elements of one name with the same attributes.
fn is_same_shell(one: &Node, other: &Node) -> bool {
    one.node_type() == Node::ELEMENT_NODE
        && match (one.clone_node(), other.clone_node()) {
            (Ok(one), Ok(other)) => one.is_equal_node(Some(&other)),
            _ => false,
        }
}
