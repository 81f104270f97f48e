//! Events, jobs and migrations on real Postgres, a database a test.

mod events;
mod jobs;
mod migrations;
