//! Payments: what people have to spend, what it is spent on, and a ledger that proves it.
//!
//! A person's **wallet** holds **credit** in micro-USD. Credit comes in **lots**: bought, granted, or the
//! allowance of a subscription, each with or without an expiry, and is spent in this order: what expires
//! soonest first; then allowance, granted, bought; then what is oldest. What goes back goes back to the lot
//! that it came from.
//!
//! A run of a model, a **generation**, places a **hold** of the most it can cost; at its end its cost is
//! **captured** and the rest is released. A charge beyond the hold takes what is there and never more: the
//! house bears the rest. Where the person has set a **cap**, no charge exceeds its hold.
//!
//! Whatever happens to credit is a **transaction** of the **ledger**: double entry, append-only, its rules
//! enforced by the database (`migrations/0020_ledger.sql`). The **price book** says what models cost from
//! when on; each usage names the row by which it was priced.
//!
//! [`contract`] compiles to wasm and is the whole API; the rest is for the server.

pub mod contract;
pub use contract::*;

#[cfg(not(target_family = "wasm"))]
mod server_side {
    pub mod billing;
    pub mod commands;
    pub mod error;
    pub mod events;
    mod model;
    pub mod queries;
    mod store;
}
#[cfg(not(target_family = "wasm"))]
pub use server_side::{billing, commands, error::Error, events, queries};
