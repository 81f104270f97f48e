//! One file a question.

mod account;

pub(crate) use account::AccountRow;
pub use account::{Account, account};
