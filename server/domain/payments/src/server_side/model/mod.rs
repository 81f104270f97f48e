//! The rules: pure, without SQL and without time of its own.

mod accounts;
mod lots;
mod postings;

pub use accounts::{Account, Entries, House};
pub use lots::{Lot, Part, available, in_spending_order, take};
pub use postings::*;
