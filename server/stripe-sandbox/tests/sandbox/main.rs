//! The sandbox over real HTTP, as Stripe's libraries and a browser would use it.

mod api;
mod pages;
mod support;
mod webhooks;
