//! One file a use case.

mod change_display_name;
mod change_language;
mod change_theme;
mod grant_admin;
mod register;

pub use change_display_name::change_display_name;
pub use change_language::change_language;
pub use change_theme::change_theme;
pub use grant_admin::{grant_admin, grant_admin_in};
pub use register::register_in;
