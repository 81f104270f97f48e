//! Selling, over real HTTP with the sandbox and on a real Postgres: what a person does on its pages, what it tells
//! by webhooks, and what the ledger has then.

mod burst;
mod lifecycle;
mod operators;
mod packs;
mod plans;
mod races;
mod support;
mod who;
