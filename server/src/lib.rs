//! Parlance's server: puts the domains, the pages and the adapters together. No rule of the
//! business lives here.

pub mod adapters;
pub mod cli;
mod commands;
pub mod config;
pub mod consumers;
pub mod database;
pub mod demo_model;
pub mod events;
pub mod housekeeping;
pub mod http;
pub mod jobs;
pub mod management;
pub mod relay;
pub mod startup;
pub mod telemetry;
