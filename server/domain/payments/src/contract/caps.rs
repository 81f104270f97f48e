//! What a person allows to be spent.

use serde::{Deserialize, Serialize};

use crate::MicroUsd;

/// Limits that a person has set for themselves; `None` for no limit. Days and months are those of UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caps {
    /// The most for one message: its hold is cut down to it, and it is never charged more.
    pub message: Option<MicroUsd>,
    /// The most in a day: what would exceed it is refused before it begins.
    pub day: Option<MicroUsd>,
    /// The most in a month, likewise.
    pub month: Option<MicroUsd>,
}

impl Caps {
    /// Whether there is a limit at all.
    pub fn any(self) -> bool {
        self.message.is_some() || self.day.is_some() || self.month.is_some()
    }
}

/// A stretch of time that a cap is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CapPeriod {
    /// A day of UTC.
    Day,
    /// A month of UTC.
    Month,
}
