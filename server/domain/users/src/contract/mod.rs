//! The API of users: value objects, commands and views.

mod display_name;
mod email;
mod profile;
mod unicode;

pub use display_name::*;
pub use email::*;
pub use profile::*;
