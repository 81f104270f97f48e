//! Conversations: what the pages and islands of chat are made of.

mod actions;
mod announce;
pub mod api;
pub mod articles;
mod attempt;
pub mod browser;
mod client;
mod composer;
mod connection;
pub mod conversation;
mod copy;
mod days;
pub mod draft;
mod editor;
mod exchange;
mod follow;
mod item;
mod keyboard;
pub mod list;
mod log;
mod menu;
mod palette;
mod patch;
mod reader_first;
mod scroll;
mod size;
mod standing;
mod step;
mod toast;
mod welcome;
mod windows;
pub mod workspace;

#[cfg(feature = "ssr")]
mod at_hand;
#[cfg(feature = "ssr")]
mod dialogs;
#[cfg(feature = "ssr")]
pub(crate) mod editor_form;
#[cfg(feature = "ssr")]
pub mod labels;
#[cfg(feature = "ssr")]
mod loaded;
#[cfg(feature = "ssr")]
mod log_view;
#[cfg(feature = "ssr")]
mod manage;
#[cfg(feature = "ssr")]
pub mod message;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod sidebar;
#[cfg(feature = "ssr")]
pub use {dialogs::Keys, page::ChatPage};
