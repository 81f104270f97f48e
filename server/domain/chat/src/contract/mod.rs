//! The API of chat: ids, value objects, commands and views.

mod commands;
mod ids;
mod text;
mod views;

pub use commands::*;
pub use ids::*;
pub use text::*;
pub use views::*;
