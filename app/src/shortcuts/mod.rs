//! What the keyboard does on the chat page: a table of actions, each with keys of its own, which a
//! person changes or switches off (WCAG 2.1.4). See ADR 0021.

pub mod action;
pub mod bindings;
pub mod chord;
pub mod kept;

pub use action::Action;
pub use bindings::Bindings;
