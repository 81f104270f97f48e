//! Users: the people with an account, and how they appear.
//!
//! A **user** has an email address, which is theirs alone however it is capitalised, a **display
//! name**, a **role**, a **theme** and a **language**. How a person proves who they are is the business of the
//! domain `auth`, which registers users through [`commands::register_in`].
//!
//! [`contract`] compiles to wasm and is the whole API; the rest is for the server.

pub mod contract;
pub use contract::*;

#[cfg(not(target_family = "wasm"))]
mod server_side {
    pub mod commands;
    pub mod error;
    pub mod events;
    mod model;
    pub mod queries;
    mod store;
}
#[cfg(not(target_family = "wasm"))]
pub use server_side::{commands, error::Error, events, queries};
