//! The API of chat: ids, value objects, commands and views.

mod commands;
mod cursor;
mod ids;
mod text;
pub mod tokens;
mod views;

pub use commands::*;
pub use cursor::*;
pub use ids::*;
pub use text::*;
pub use views::*;
