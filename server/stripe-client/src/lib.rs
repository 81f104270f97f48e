//! Stripe behind [`payments::billing::PaymentProvider`]: requests by async-stripe, answers read as narrowly as a
//! decision needs. Talks to Stripe, to the sandbox or to stripe-mock alike: only the address differs.

mod client;
mod failure;
mod read;
mod requests;
mod wire;

pub use client::{NotConfigured, Options, Stripe};
