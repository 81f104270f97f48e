//! Conversations: what the pages and islands of chat are made of.

mod actions;
pub mod api;
pub mod articles;
pub mod browser;
mod client;
mod composer;
pub mod conversation;
mod days;
mod draft;
mod editor;
mod exchange;
mod follow;
mod item;
pub mod list;
mod log;
mod scroll;
mod standing;
mod step;
mod toast;
mod welcome;
mod windows;
pub mod workspace;

#[cfg(feature = "ssr")]
mod editor_form;
#[cfg(feature = "ssr")]
mod loaded;
#[cfg(feature = "ssr")]
mod log_view;
#[cfg(feature = "ssr")]
pub mod message;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod sidebar;
#[cfg(feature = "ssr")]
pub use page::ChatPage;
