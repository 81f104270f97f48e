//! The sandbox: an HTTP server that stands in for Stripe where no key is configured. It speaks the part of
//! [Stripe's API](https://docs.stripe.com/api) that the site uses, shows pages for checkout and portal, renews
//! subscriptions, and sends signed webhooks. No money moves, and every page says so.
//!
//! It is stateful: what a request makes, the next one finds, and a restart forgets nothing, for all of it is in one
//! JSON file. Nothing in the site knows that it is there: only the address of the API differs.
//!
//! What Stripe has and the sandbox has not: other parts of the API, other currencies than USD, taxes, coupons,
//! trials, quantities, customers' balances, `expand`, and the refusal of unknown parameters.

#![recursion_limit = "256"]

mod api;
mod checkout;
mod clock;
mod error;
mod invoices;
mod list;
mod objects;
mod pages;
mod params;
mod payments;
mod sandbox;
mod state;
mod subscriptions;
mod webhooks;

pub use sandbox::{CannotStart, Options, Sandbox, Webhooks};
pub use state::API_VERSION;
pub use webhooks::signature;
