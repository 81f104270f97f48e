//! The pages, the islands of interactivity in them, and the server functions behind them.
//!
//! Pages are rendered on the server. In the browser only the *islands* run: what is interactive.
//! Compiled twice: with `ssr` into the server, with `hydrate` into the browser's bundle.

pub mod chat;
pub mod error;
#[cfg(feature = "ssr")]
pub mod session;
pub mod flash;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod state;
#[cfg(feature = "ssr")]
mod app;

#[cfg(feature = "ssr")]
pub use app::{App, shell};
