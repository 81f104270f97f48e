//! Write-side SQL. Rules are in `model`; here rows are locked, read and written.

mod abandoned;
mod answers;
mod conversations;
mod models;
mod tree;

pub use abandoned::*;
pub use answers::*;
pub use conversations::*;
pub use models::*;
pub use tree::*;
