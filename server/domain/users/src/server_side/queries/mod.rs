//! One file a question.

mod by_email;
mod profile;

pub use by_email::by_email;
pub use profile::{ProfileRow, profile, profile_of};
