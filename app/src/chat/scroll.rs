//! Keeps the end of the log in view while the reader is there, and lets go when they scroll up.

use leptos::{html, prelude::*};

/// Upwards by this many pixels counts as leaving the end.
const LETS_GO: i32 = 4;

/// The scrolling element of the log.
#[derive(Clone, Copy)]
pub struct Scroller {
    node: NodeRef<html::Div>,
    held: RwSignal<bool>,
    last_top: StoredValue<i32>,
    more_below: RwSignal<bool>,
}

impl Scroller {
    /// For the element that `node` will be.
    pub fn new(node: NodeRef<html::Div>) -> Self {
        Self {
            node,
            held: RwSignal::new(true),
            last_top: StoredValue::new(0),
            more_below: RwSignal::new(false),
        }
    }

    /// Whether the reader is not at the end of the conversation.
    pub fn is_away(self) -> bool {
        !self.held.get() || self.more_below.get()
    }

    /// Says whether what is shown ends before the conversation does: its end is then only an end.
    pub fn more_below(self, more: bool) {
        if self.more_below.get_untracked() != more {
            self.more_below.set(more);
        }
        if more {
            self.let_go();
        }
    }

    /// Stays where the reader is.
    pub fn let_go(self) {
        self.hold(false);
    }

    /// The reader, or the page, has scrolled.
    pub fn scrolled(self) {
        let Some(element) = self.node.get_untracked() else {
            return;
        };
        let top = element.scroll_top();
        let to_end = element.scroll_height() - element.client_height() - top;
        if to_end <= 1 && !self.more_below.get_untracked() {
            self.hold(true);
        } else if top < self.last_top.get_value() - LETS_GO {
            self.hold(false);
        }
        self.last_top.set_value(top);
    }

    fn hold(self, held: bool) {
        if self.held.get_untracked() != held {
            self.held.set(held);
        }
    }

    /// The log has changed: its end stays in view, if it was.
    pub fn follow(self) {
        if self.held.get_untracked() {
            self.to_end();
        }
    }

    /// Goes to the end and stays there.
    pub fn to_end(self) {
        self.hold(true);
        if let Some(element) = self.node.get_untracked() {
            element.set_scroll_top(element.scroll_height());
            self.last_top.set_value(element.scroll_top());
        }
    }
}
