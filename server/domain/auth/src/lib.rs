//! Auth: how people prove who they are, and the sessions in which they have done so.
//!
//! A **credential** is a password, kept only as an Argon2id hash. [`Hasher`] computes those apart
//! from the async threads and few at a time, so that a burst of sign-ins cannot starve anything
//! else. Signing in costs the same and says the same whether or not an address has an account.
//! A **session** is one browser that has signed in; [`sessions`] keeps it, and all of a person's
//! sessions but the one in use end with the password they were opened with. What happens to an account
//! is told by [`mail`], whose links prove that a person reads it: by one, a forgotten password is replaced.
//!
//! [`contract`] compiles to wasm and is the whole API; the rest is for the server.

pub mod contract;
pub use contract::*;

#[cfg(not(target_family = "wasm"))]
mod server_side {
    pub mod commands;
    pub mod error;
    pub mod events;
    pub mod hasher;
    pub mod limits;
    mod links;
    pub mod mail;
    mod model;
    pub mod queries;
    pub mod sessions;
    mod sign_ups;
    mod store;
    mod threads;
}
#[cfg(not(target_family = "wasm"))]
pub use server_side::{
    commands,
    error::Error,
    events,
    hasher::{Hasher, HashingOptions},
    limits::delete_outdated,
    mail, queries, sessions,
};
