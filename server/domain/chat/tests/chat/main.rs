//! Use cases of chat on real Postgres, a database a test.

mod charges;
mod context;
mod conversations;
mod estimates;
mod faults;
mod generation;
mod message_text;
mod panics;
mod process_ends;
mod processes;
mod search;
mod send_message;
mod support;
mod talk;
mod titles;
mod tree;
mod usage;
mod windows;
