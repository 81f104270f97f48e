//! One file a use case.

mod change_password;
mod create_admin;
mod sign_in;
mod sign_up;

pub use change_password::change_password;
pub use create_admin::{AdminCreated, create_admin};
pub use sign_in::sign_in;
pub use sign_up::sign_up;
