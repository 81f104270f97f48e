//! The API of auth: passwords and commands.

mod commands;
mod password;

pub use commands::*;
pub use password::*;
