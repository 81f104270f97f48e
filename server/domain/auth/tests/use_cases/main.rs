//! One file a use case, each test on a database of its own; one program, so that it is linked once.

mod ask_to_sign_up;
mod change_password;
mod create_admin;
mod devices;
mod password_reset;
mod send_mail;
mod sessions;
mod sign_in;
mod sign_up;
mod support;
mod verify_address;
