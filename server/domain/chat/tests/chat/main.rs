//! Use cases of chat on real Postgres, a database a test.

mod conversations;
mod generation;
mod processes;
mod send_message;
mod support;
mod tree;
