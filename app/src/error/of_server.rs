//! Refusals and failures that only the server makes, beside the pages and server functions.

use super::{AppError, ErrorKind};
use crate::language::t;

impl AppError {
    /// The database is away.
    pub fn no_database() -> Self {
        Self::new(ErrorKind::Unavailable, t!(error.no_database))
    }

    /// The database is behind its migrations.
    pub fn updating() -> Self {
        Self::new(ErrorKind::Unavailable, t!(error.updating))
    }

    /// There is no such server function (any more).
    pub fn no_function() -> Self {
        Self::new(ErrorKind::NotFound, t!(error.no_function))
    }

    /// Another site made the browser ask.
    pub fn cross_site() -> Self {
        Self::new(ErrorKind::Forbidden, t!(error.cross_site))
    }

    /// A body of more bytes than are accepted; `typed` where the text still is in the form before.
    pub fn too_large(typed: bool) -> Self {
        let sentence = if typed {
            t!(error.too_large_form)
        } else {
            t!(error.too_large)
        };
        Self::new(ErrorKind::TooLarge, sentence)
    }

    /// A body that is not text.
    pub fn no_text() -> Self {
        Self::new(ErrorKind::Malformed, t!(error.no_text))
    }

    /// A body that broke off.
    pub fn incomplete() -> Self {
        Self::new(ErrorKind::Malformed, t!(error.incomplete))
    }

    /// What leads away from a page that shows nothing else.
    pub fn way_out() -> &'static str {
        t!(site.back_to_start)
    }
}
