//! Public facts about credentials. They carry ids only.

use kernel::{Event, UserId, event::Described, id::Uuid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every event of this domain.
pub const ALL: &[Described] = &[Described::of::<PasswordChanged>()];

/// A person has another password; their other sessions have ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordChanged {
    /// Who.
    pub user_id: UserId,
}

impl Event for PasswordChanged {
    const TYPE: &'static str = "parlance.auth.password_changed.v1";

    fn aggregate_id(&self) -> Uuid {
        self.user_id.0
    }
}
