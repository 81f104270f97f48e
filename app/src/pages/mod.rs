//! The document around every page, which page answers which path, and the pages that belong to
//! no feature. All of this runs on the server only.

mod bundle;
mod document;
mod landing;
mod page;
mod sample;
mod site;

pub use bundle::Bundle;
pub use document::{App, InlineScript, shell};
pub use page::Page;
pub use site::{Site, SiteFooter};
