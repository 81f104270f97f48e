//! Use cases of chat on real Postgres, a database a test.

mod context;
mod conversations;
mod faults;
mod generation;
mod processes;
mod send_message;
mod support;
mod tree;
mod windows;
