//! Events and migrations on real Postgres, a database a test.

mod events;
mod migrations;
