//! Shows the steps of an answer in its article. The same step twice changes nothing.

use ::chat::StreamStep;
use leptos::prelude::*;
use leptos::web_sys::Element;

use crate::language::t;

use super::{
    patch::patch,
    standing::{standing, status_name},
};

/// Applies a step.
pub fn show(article: &Element, step: &StreamStep) {
    match step {
        StreamStep::Open { index, html } => {
            if let Some(block) = block(article, *index) {
                patch(&block, html);
            }
        }
        StreamStep::Block { index, html } => {
            let Some(block) = block(article, *index) else {
                return;
            };
            let was_read = block.child_element_count() > 0;
            patch(&block, html);
            // Code that was read while it was written does not fold up under the reader's eyes.
            if let Some(fold) = find(&block, ".fold").filter(|_| was_read) {
                let _ = fold.set_attribute("open", "");
            }
        }
        StreamStep::Title { .. } => {}
        StreamStep::Model { name } => answered_by(article, name),
        StreamStep::End {
            status,
            failure,
            blocks,
        } => {
            // What was shown beyond was never stored.
            while let Some(extra) = prose(article).and_then(|p| p.children().item(*blocks as u32)) {
                extra.remove();
            }
            let _ = article.set_attribute("data-status", status_name(*status));
            say(article, standing(*status, *failure));
        }
    }
}

/// Puts a sentence below the answer.
pub fn say(article: &Element, sentence: &str) {
    if let Some(status) = find(article, ".status") {
        status.set_text_content(Some(sentence));
    }
}

/// What is typed and not sent is kept for the tab, so signing in leads back to it.
pub fn say_signed_out(article: &Element) {
    say(article, &[t!(common.signed_out), " "].concat());
    let (Some(status), Ok(link), Ok(here)) = (
        find(article, ".status"),
        document().create_element("a"),
        window().location().pathname(),
    ) else {
        return;
    };
    link.set_class_name("text-button");
    let _ = link.set_attribute("href", &["/login?next=", &here].concat());
    link.set_text_content(Some(t!(common.sign_in)));
    let _ = status.append_child(&link);
}

/// Another model than the one first asked answers.
fn answered_by(article: &Element, name: &str) {
    let _ = article.set_attribute("aria-label", name);
    if let Some(model) = find(article, ".about span") {
        model.set_text_content(Some(name));
    }
    let note = find(article, ".note").or_else(|| {
        let note = document().create_element("p").ok()?;
        note.set_class_name("note");
        article.prepend_with_node_1(&note).ok()?;
        Some(note)
    });
    if let Some(note) = note {
        note.set_text_content(Some(&t!(chat.answers_instead, name)));
    }
}

fn find(article: &Element, selector: &str) -> Option<Element> {
    article.query_selector(selector).ok().flatten()
}

fn prose(article: &Element) -> Option<Element> {
    find(article, ".prose")
}

/// The element of block `index`.
pub fn block_at(article: &Element, index: usize) -> Option<Element> {
    prose(article)?.children().item(index as u32)
}

/// How many blocks are shown.
pub fn blocks(article: &Element) -> usize {
    prose(article).map_or(0, |prose| prose.child_element_count() as usize)
}

/// The element of block `index`, made if it is not there yet.
fn block(article: &Element, index: usize) -> Option<Element> {
    if let Some(block) = block_at(article, index) {
        return Some(block);
    }
    let prose = prose(article)?;
    if prose.child_element_count() == 0 {
        // What a renderer left as a mark of its own.
        prose.set_inner_html("");
    }
    while (prose.child_element_count() as usize) <= index {
        let block = document().create_element("div").ok()?;
        block.set_class_name("block");
        prose.append_child(&block).ok()?;
    }
    prose.children().item(index as u32)
}
