//! The subcommands.

pub(crate) mod create_admin;
pub(crate) mod demo_model;
pub(crate) mod events;
pub(crate) mod ledger;
pub(crate) mod migrate;
pub(crate) mod serve;
pub(crate) mod stripe;
