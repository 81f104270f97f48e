//! What the router gives to every page and server function.

use std::{path::Path, sync::Arc};

use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use payments::{MicroUsd, billing::PaymentProvider};

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
    /// What a new account is given; nothing is zero.
    #[from_ref(skip)]
    pub welcome: MicroUsd,
    /// How things are sold; `None` where nothing is.
    #[from_ref(skip)]
    pub selling: Option<Selling>,
    /// The folder of the dev inbox; `None` where mail is sent, and in production.
    #[from_ref(skip)]
    pub inbox: Option<Arc<Path>>,
}

/// How things are sold.
#[derive(Clone)]
pub struct Selling {
    /// The payment provider.
    pub provider: Arc<dyn PaymentProvider>,
    /// Where this site is, without a slash at the end: people come back to it.
    pub site_url: Arc<str>,
    /// Origins of the payment provider's pages, with spaces between them: forms of ours lead there.
    pub pages: Arc<str>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        (*state.leptos).clone()
    }
}
