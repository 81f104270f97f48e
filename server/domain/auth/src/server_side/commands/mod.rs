//! One file a use case.

mod change_password;
mod create_admin;
mod delete_account;
mod note_device;
mod request_password_reset;
mod reset_password;
mod send_mail;
mod sign_in;
mod sign_up;

pub use change_password::change_password;
pub use create_admin::{AdminCreated, create_admin};
pub use delete_account::{EraseAccount, delete_account, erase_traces};
pub use note_device::{Arrival, note_device};
pub use request_password_reset::request_password_reset;
pub use reset_password::{check_reset_link, reset_password};
pub use send_mail::{NotSent, send_mail};
pub use sign_in::sign_in;
pub use sign_up::sign_up;
