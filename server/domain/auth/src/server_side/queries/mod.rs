//! One file a question.

mod account;

pub use account::{Account, account};
