//! One file a use case.

mod delete_expired;
mod request_export;
mod write_export;

pub use delete_expired::delete_expired;
pub use request_export::{WriteExport, request_export};
pub use write_export::write_export;
