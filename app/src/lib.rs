//! The pages, the islands of interactivity in them, and the server functions behind them.
//!
//! Pages are rendered on the server. In the browser only the *islands* run: what is interactive.
//! Compiled twice: with `ssr` into the server, with `hydrate` into the browser's bundle.

// A page is one type made of all its parts.
#![recursion_limit = "256"]

pub mod account;
pub mod chat;
pub mod error;
pub mod flash;
pub mod language;
pub mod shortcuts;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod billing;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod state;

#[cfg(feature = "ssr")]
pub use pages::{App, Bundle, Scripts, reloads_itself, shell};
