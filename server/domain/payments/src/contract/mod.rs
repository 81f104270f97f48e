//! The API of payments: money, ids, commands, views, and what a usage costs.

mod billing;
mod caps;
mod commands;
mod ids;
mod money;
mod pricing;
mod references;
mod views;

pub use billing::*;
pub use caps::*;
pub use commands::*;
pub use ids::*;
pub use money::*;
pub use pricing::*;
pub use references::*;
pub use views::*;
