//! The real server over HTTP, on a database of its own, with the demo model's server as its
//! provider.

mod accounts;
mod bad_input;
mod billing;
mod branches;
mod chat;
mod database_away;
mod exports;
mod faults;
mod files;
mod guarded;
mod health;
mod jobs;
mod languages;
mod leaving;
mod management;
mod observed;
mod people;
mod policy_reports;
mod query_count;
mod recovery;
mod requests;
mod strangers;
mod support;
mod verification;
mod wrong_providers;
