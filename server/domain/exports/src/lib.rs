//! Exports: what a person may take along (GDPR, article 20): their account, their usage, and every
//! conversation in Markdown and JSON, as one ZIP file.
//!
//! An **export** is asked for by its person, written by a job that reads and writes piece by piece,
//! however much there is, and kept for a week in **parts** in the database, so that any process can
//! hand it out. Its **link** is signed and expires, and opens for its person only.

pub mod contract;
pub use contract::*;

#[cfg(not(target_family = "wasm"))]
mod server_side {
    pub mod commands;
    pub mod error;
    pub mod events;
    mod link;
    pub mod queries;
    mod store;
    mod zip_file;
}
#[cfg(not(target_family = "wasm"))]
pub use server_side::{commands, error::Error, events, queries};
