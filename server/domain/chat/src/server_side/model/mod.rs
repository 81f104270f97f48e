//! The rules of chat: pure and synchronous.

pub mod context;
pub mod search;
pub mod summary;
pub mod tokens;
pub mod tree;
