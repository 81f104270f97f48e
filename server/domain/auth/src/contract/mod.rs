//! The API of auth: passwords, links and commands.

mod commands;
mod link;
mod password;

pub use commands::*;
pub use link::*;
pub use password::*;
