//! Chat: people hold conversations with models.
//!
//! A **conversation** is a tree of **messages**; what is shown is the branch that ends at its
//! head. Editing a message, or asking for another answer, makes siblings and overwrites nothing;
//! each message remembers which of its children was last shown. Sending a message adds the person's message, an empty answer, and a **generation**: one
//! run of a model, apart from any HTTP connection, which fills the answer. A run holds a lease;
//! when its process dies, the lease runs out and another process ends the run as interrupted.
//!
//! [`contract`] compiles to wasm and is the whole API; the rest is for the server.

pub mod contract;
pub use contract::*;

#[cfg(not(target_family = "wasm"))]
mod server_side {
    pub mod charges;
    pub mod choose_model;
    pub mod codes;
    pub mod commands;
    pub mod engine;
    pub mod error;
    pub mod events;
    pub mod measures;
    pub mod model;
    pub mod model_client;
    pub mod queries;
    pub(crate) mod store;
}
#[cfg(not(target_family = "wasm"))]
pub mod markdown;
#[cfg(not(target_family = "wasm"))]
use server_side::{charges, choose_model, codes, error, store};
#[cfg(not(target_family = "wasm"))]
pub use server_side::{
    commands, engine, engine::Engine, error::Error, events, measures, model, model_client, queries,
};
