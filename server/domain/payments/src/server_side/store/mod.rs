//! The SQL of the write side. Everything that changes a wallet locks it first.

mod caps;
mod disputes;
mod holds;
mod ledger;
mod line_kinds;
mod lots;
mod prices;
mod usage;
mod wallets;

pub use caps::charged_since;
pub use disputes::*;
pub use holds::*;
pub use ledger::*;
pub use line_kinds::*;
pub use lots::*;
pub use prices::*;
pub use usage::*;
pub use wallets::*;
