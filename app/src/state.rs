//! What the router gives to every page and server function.

use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;

/// The parts of the running site. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The database.
    pub db: kernel::Db,
    /// Hashes passwords, a bounded number at once.
    pub hasher: auth::Hasher,
    /// Runs the answers.
    pub chat: ::chat::Engine,
    /// Where the site's files are.
    pub leptos: LeptosOptions,
}
