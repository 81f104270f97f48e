//! Small pieces that every page is made of.

pub mod icons;
mod hydrated;
mod notice;
mod wordmark;

pub use hydrated::Hydrated;
pub use notice::{ErrorNotice, SignInLink};
pub use wordmark::{Mark, Wordmark};
