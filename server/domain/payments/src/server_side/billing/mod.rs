//! Selling: checkouts, subscriptions, and what the payment provider tells of them.
//!
//! Nothing is believed because it was told: a webhook, a redirect or a listing only says *which* object to look at.
//! The object is fetched, and its present state is [applied](apply): idempotently, so that neither the order nor the
//! number of the tellings matters.

pub mod apply;
pub mod commands;
mod jobs;
mod model;
mod provider;
pub mod queries;
mod store;

pub use jobs::{Dunning, DunningMail, EndGrace, PayRefund, ProcessWebhook};
pub use provider::*;
