//! The document around every page, which page answers which path, and the pages that belong to
//! no feature. All of this runs on the server only.

mod bundle;
mod document;
mod inbox;
mod landing;
mod page;
mod questions;
mod sample;
mod scripts;
mod site;
mod styleguide;

pub use bundle::Bundle;
pub use document::{App, InlineScript, shell};
pub use page::Page;
pub use scripts::{Scripts, reloads_itself};
pub use site::{Site, SiteFooter};
