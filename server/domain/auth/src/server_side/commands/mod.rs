//! One file a use case.

mod ask_to_sign_up;
mod change_address;
mod change_password;
mod create_admin;
mod delete_account;
mod note_device;
mod request_password_reset;
mod reset_password;
mod send_mail;
mod sign_in;
mod sign_up;
mod verify_address;

pub use ask_to_sign_up::{ask_to_sign_up, check_sign_up_link, confirm_sign_up};
pub use change_address::change_address;
pub use change_password::change_password;
pub use create_admin::{AdminCreated, create_admin};
pub use delete_account::{EraseAccount, delete_account, erase_traces};
pub use note_device::{Arrival, note_device};
pub use request_password_reset::request_password_reset;
pub use reset_password::{check_reset_link, reset_password};
pub use send_mail::{NotSent, send_mail};
pub use sign_in::sign_in;
pub use sign_up::sign_up;
pub use verify_address::{check_address_link, send_verification, verify_address};
