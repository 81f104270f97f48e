//! Write-side SQL. Rules are in `model`; here rows are locked, read and written.

mod abandoned;
mod answers;
mod context;
mod conversations;
mod models;
mod summaries;
mod tree;
mod usage;

pub use abandoned::*;
pub use answers::*;
pub use context::*;
pub use conversations::*;
pub use models::*;
pub use summaries::*;
pub use tree::*;
pub use usage::*;
