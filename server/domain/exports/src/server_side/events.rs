//! Public facts about exports. They carry ids and numbers only.

use kernel::{Event, UserId, event::Described, id::Uuid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ExportId;

/// A person asked for their data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExportRequested {
    /// Which.
    pub export_id: ExportId,
    /// Who.
    pub user_id: UserId,
}

/// An export can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExportFinished {
    /// Which.
    pub export_id: ExportId,
    /// Whose.
    pub user_id: UserId,
    /// Messages in it.
    pub messages: i64,
    /// Of the file.
    pub bytes: i64,
}

macro_rules! about_an_export {
    ($($event:ty => $kind:literal),* $(,)?) => {
        $(
        impl Event for $event {
            const TYPE: &'static str = $kind;

            fn aggregate_id(&self) -> Uuid {
                self.export_id.0
            }
        }
    )*

        /// Every event of this domain.
        pub const ALL: &[Described] = &[$(Described::of::<$event>()),*];
    };
}
about_an_export! {
    ExportRequested => "parlance.exports.export_requested.v1",
    ExportFinished => "parlance.exports.export_finished.v1",
}
