//! Small pieces that every page is made of.

mod escape;
mod hydrated;
pub mod icons;
mod notice;
mod wordmark;

pub use escape::escape;
pub use hydrated::Hydrated;
pub use notice::{ErrorNotice, FieldError, about, apart};
pub use wordmark::{Mark, Wordmark};
