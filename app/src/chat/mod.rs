//! Conversations: what the pages and islands of chat are made of.

pub mod api;
