//! One file a question.

mod download;
mod my_export;

pub use download::{Download, download, part};
pub use my_export::my_export;
