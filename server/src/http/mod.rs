//! HTTP: what surrounds every page, server function and stream.

pub mod assets;
pub mod availability;
pub mod bare;
pub mod billing;
pub mod body;
pub mod checkout_progress;
pub mod connections;
pub mod cross_origin;
pub mod event_writer;
pub mod export_progress;
pub mod exports;
pub mod flash;
pub mod headers;
pub mod health;
pub mod kept;
pub mod languages;
pub mod measures;
pub mod observe;
pub mod open_streams;
pub mod policy;
pub mod refuse;
pub mod reports;
pub mod router;
pub mod stream;
pub mod stripe_webhooks;
pub mod visitor;
