//! One file a use case.

mod change_display_name;
mod change_language;
mod change_theme;
mod erase_account;
mod grant_admin;
mod register;
mod schedule_deletion;
mod verify_email;

pub use change_display_name::change_display_name;
pub use change_language::change_language;
pub use change_theme::change_theme;
pub use erase_account::{erase_account, is_to_be_erased};
pub use grant_admin::{grant_admin, grant_admin_in};
pub use register::register_in;
pub use schedule_deletion::{GRACE, keep_account, schedule_deletion_in};
pub use verify_email::{change_email_in, mark_verified_in};
