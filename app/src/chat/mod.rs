//! Conversations: what the pages and islands of chat are made of.

pub mod api;
pub mod browser;
mod composer;
pub mod conversation;
mod days;
mod draft;
mod exchange;
mod follow;
mod item;
pub mod list;
pub mod message;
mod scroll;
mod toast;
mod welcome;
pub mod workspace;

#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod sidebar;
#[cfg(feature = "ssr")]
pub use page::ChatPage;
