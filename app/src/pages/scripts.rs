//! Which scripts a page runs, by its path: the document loads them, and the site's
//! Content-Security-Policy allows no others.

use std::sync::LazyLock;

use axum::http::request::Parts;
use leptos::prelude::use_context;

/// What a page runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// Nothing.
    None,
    /// Small scripts that stand in the page, and no bundle.
    Inline,
    /// The bundle, too.
    Bundle,
}

impl Scripts {
    /// Of the page at `path`.
    pub fn of(path: &str) -> Self {
        match path {
            // The landing page is the same for everybody, down to its last byte: it is kept ready.
            "/" => Self::None,
            // A form, and a button that shows the password.
            "/login" | "/signup" | "/forgot" | "/reset" | "/verify" | "/welcome" | "/leaving"
            | "/settings/delete" | "/settings/export" | "/pricing" | "/billing" | "/usage"
            | "/dev/inbox" => Self::Inline,
            _ => Self::Bundle,
        }
    }

    /// Of the page that is being rendered.
    pub fn of_request() -> Self {
        use_context::<Parts>().map_or(Self::Bundle, |parts| Self::of(parts.uri.path()))
    }
}

/// Whether the page reloads itself when its code changes: `cargo leptos watch` asks for that.
pub fn reloads_itself() -> bool {
    static WATCHED: LazyLock<bool> = LazyLock::new(|| std::env::var_os("LEPTOS_WATCH").is_some());
    *WATCHED
}
