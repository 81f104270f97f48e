//! The real server over HTTP, on a database of its own, with the demo model's server as its
//! provider.

mod database_away;
mod files;
mod health;
mod requests;
mod support;
