//! Sessions, over a small router on real Postgres, as a browser sees them.

mod cookie;
mod expiry;
mod failure;
mod password;
mod signing;
mod site;
