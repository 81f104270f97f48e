//! What every domain stands on: identifiers, who is acting, pages of a list, the clock,
//! the database transaction, events recorded in the transaction that makes them true, and jobs
//! queued in the transaction of their cause.
//!
//! [`id`], [`actor`] and [`page`] compile to wasm; the rest is for the server only.

pub mod actor;
pub mod id;
pub mod page;
pub mod text;

pub use actor::{Actor, Role, UserId};
pub use page::Page;

#[cfg(not(target_family = "wasm"))]
mod server_side {
    pub mod background;
    pub mod clock;
    pub mod db;
    pub mod dead_letters;
    pub mod event;
    pub mod inbox;
    pub mod jobs;
    pub mod outbox;
    pub mod signals;
    pub mod trace;
}
#[cfg(not(target_family = "wasm"))]
pub use server_side::{
    background::keep_going,
    clock::Clock,
    db::{Db, Internal, MIGRATOR, OnConstraint, Tx, describe_measures, is_unavailable},
    dead_letters,
    event::{self, Event, Recorded},
    inbox,
    jobs::{self, Job},
    outbox,
    signals::{self, Heard},
    trace,
};
