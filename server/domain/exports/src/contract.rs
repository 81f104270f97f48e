//! The API of exports: ids and views.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

kernel::id! {
    /// One export.
    ExportId
}

/// An export as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportView {
    /// Which.
    pub id: ExportId,
    /// Messages that are in it so far.
    pub done: i64,
    /// Messages that will be in it, as counted at its beginning; null before that.
    pub total: Option<i64>,
    /// How it stands.
    pub status: ExportStatus,
}

/// How an export stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportStatus {
    /// It is being written, or waits for that.
    Writing,
    /// It can be fetched.
    Ready {
        /// The path and query of its link.
        link: String,
        /// Of the file.
        bytes: i64,
        /// Until then.
        expires_at: OffsetDateTime,
    },
}
