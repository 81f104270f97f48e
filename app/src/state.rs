//! What the router gives to every page and server function.

use std::{path::Path, sync::Arc};

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
    /// Where the site's files are: shared, for every request clones this.
    #[from_ref(skip)]
    pub leptos: Arc<LeptosOptions>,
    /// Whether an address has to be verified before an account is opened.
    #[from_ref(skip)]
    pub require_verified: bool,
    /// The folder of the dev inbox; `None` where mail is sent, and in production.
    #[from_ref(skip)]
    pub inbox: Option<Arc<Path>>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        (*state.leptos).clone()
    }
}
