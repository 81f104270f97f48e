//! What is published about events: schemas of the Rust types, and the document of the topics.
//!
//! `UPDATE_EVENTS=1` (or `make events`) writes the files anew instead of comparing them.

mod asyncapi;
mod compatible;
mod complete;
mod files;
mod private;
