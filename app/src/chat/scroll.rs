//! Keeps the end of the log in view while the reader is there, and lets go when they scroll up.

use leptos::{html, prelude::*};

/// Upwards by so many pixels counts as leaving the end.
const LETS_GO: i32 = 4;

/// A scroll that began less than so many milliseconds ago may still go on.
const GOING_ON: f64 = 200.0;

/// The scrolling element of the log.
#[derive(Clone, Copy)]
pub struct Scroller {
    node: NodeRef<html::Div>,
    held: RwSignal<bool>,
    at: StoredValue<At>,
    more_below: RwSignal<bool>,
}

/// Where the reader is, in pixels from the top.
#[derive(Debug, Default)]
struct At {
    top: i32,
    /// From where it is counted how far up they have gone.
    rest: i32,
    /// When they last moved, in milliseconds since 1970.
    moved: f64,
}

impl Scroller {
    /// For the element that `node` will be.
    pub fn new(node: NodeRef<html::Div>) -> Self {
        Self {
            node,
            held: RwSignal::new(true),
            at: StoredValue::default(),
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
        let is_end = element.scroll_height() - element.client_height() - top <= 1;
        let now = js_sys::Date::now();
        let gone = self.at.try_update_value(|at| at.go(top, is_end, now));
        let (down, up) = gone.unwrap_or_default();
        if is_end && down && !self.more_below.get_untracked() {
            self.hold(true);
        } else if up >= LETS_GO {
            self.hold(false);
        }
    }

    fn hold(self, held: bool) {
        if self.held.get_untracked() != held {
            self.held.set(held);
        }
    }

    /// The log has changed: its end stays in view, if it was.
    pub fn follow(self) {
        if !self.held.get_untracked() {
            return;
        }
        let Some(element) = self.node.get_untracked() else {
            return;
        };
        // A scroll upwards begins with a pixel or two. To go to the end now would take it back.
        let top = element.scroll_top();
        let is_leaving = self
            .at
            .with_value(|at| top < at.rest && js_sys::Date::now() - at.moved < GOING_ON);
        if !is_leaving {
            self.to_end();
        }
    }

    /// Goes to the end and stays there.
    pub fn to_end(self) {
        self.hold(true);
        if let Some(element) = self.node.get_untracked() {
            element.set_scroll_top(element.scroll_height());
            let top = element.scroll_top();
            self.at.update_value(|at| (at.top, at.rest) = (top, top));
        }
    }
}

impl At {
    /// Goes to `top`: whether that is further down, and how far up it is by now.
    fn go(&mut self, top: i32, is_end: bool, now: f64) -> (bool, i32) {
        let down = top > self.top;
        if top != self.top {
            self.moved = now;
        }
        self.top = top;
        // Where a log that has become shorter puts its reader is not the reader's doing.
        if is_end || top > self.rest {
            self.rest = top;
        }
        (down, self.rest - top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(top: i32) -> At {
        At {
            top,
            rest: top,
            moved: 0.0,
        }
    }

    #[test]
    fn small_steps_upwards_add_up() {
        let mut at = at(100);
        let ups = [99, 98, 97, 96].map(|top| at.go(top, false, 0.0).1);
        assert_eq!(ups, [1, 2, 3, LETS_GO]);
    }

    #[test]
    fn a_log_that_grows_shorter_moves_nobody_up() {
        let mut at = at(100);
        assert_eq!(at.go(40, true, 0.0), (false, 0));
        assert_eq!(at.go(38, false, 0.0), (false, 2));
    }

    #[test]
    fn only_who_moves_down_arrives_at_the_end() {
        let mut at = at(100);
        assert_eq!(at.go(100, true, 0.0), (false, 0));
        at.go(60, false, 0.0);
        assert_eq!(at.go(100, true, 0.0), (true, 0));
    }
}
