//! The sandbox as a whole: its options, its state, its server.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    routing::{any, get, post},
};
use kernel::Clock;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

use crate::{
    api, clock, pages,
    state::{Delivery, State},
    webhooks,
};

/// Where events go.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// The endpoint.
    pub url: String,
    /// What they are signed with.
    pub secret: SecretString,
}

/// How the sandbox behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The only key that it takes.
    pub secret_key: SecretString,
    /// Where browsers find its pages, without a slash at the end; with [`Sandbox::spawn`] empty for where it listens.
    pub base_url: String,
    /// Where events go; nowhere without.
    pub webhooks: Option<Webhooks>,
    /// The file that keeps everything; without one a restart forgets everything.
    pub file: Option<PathBuf>,
    /// Whether real customers are served: the sandbox refuses to start then.
    pub production: bool,
}

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    /// Nobody could pay.
    #[error(
        "the payment sandbox takes no money, so it does not start in production: set STRIPE_SECRET_KEY"
    )]
    InProduction,
    /// Somebody has mixed something up.
    #[error("the payment sandbox does not take a key of Stripe's live mode")]
    LiveKey,
    /// The file cannot be read, or the address is taken.
    #[error("the payment sandbox cannot start: {0}")]
    Io(#[from] io::Error),
}

/// The sandbox. Cheap to clone: all clones are the same.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    options: Options,
    clock: Clock,
    state: Mutex<State>,
    news: Notify,
}

impl Sandbox {
    /// Opens the sandbox with what its file knows.
    ///
    /// # Errors
    /// See [`CannotStart`].
    pub fn open(options: Options, clock: Clock) -> Result<Self, CannotStart> {
        if options.production {
            return Err(CannotStart::InProduction);
        }
        if options.secret_key.expose_secret().contains("_live_") {
            return Err(CannotStart::LiveKey);
        }
        let state = match &options.file {
            Some(file) => State::read(file)?,
            None => State::default(),
        };
        Ok(Self(Arc::new(Inner {
            options,
            clock,
            state: Mutex::new(state),
            news: Notify::new(),
        })))
    }

    /// API and pages.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/v1/{*path}", any(api::answer))
            .route("/checkout/{id}", get(pages::checkout::show))
            .route("/checkout/{id}/{step}", post(pages::checkout::step))
            .route("/portal/{id}", get(pages::portal::show))
            .route("/portal/{id}/{step}", post(pages::portal::step))
            .route("/sandbox.css", get(pages::style))
            .layer(axum::middleware::from_fn(pages::protect))
            .with_state(self.clone())
    }

    /// Opens the sandbox, listens, and delivers webhooks; gives it, where it listens, and its tasks, which end
    /// with the process or when they are aborted.
    ///
    /// # Errors
    /// See [`CannotStart`].
    pub async fn spawn(
        mut options: Options,
        clock: Clock,
        addr: SocketAddr,
    ) -> Result<(Self, SocketAddr, Vec<JoinHandle<()>>), CannotStart> {
        // Whoever built reqwest for the whole program may have left the cryptography out.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        if options.base_url.is_empty() {
            options.base_url = format!("http://{addr}");
        }
        let webhooks = options.webhooks.clone();
        let sandbox = Self::open(options, clock)?;
        let router = sandbox.router();
        let mut tasks = vec![tokio::spawn(async move {
            if let Err(e) = axum::serve(listener, router).await {
                tracing::error!(error = %e, "the payment sandbox has ended");
            }
        })];
        if let Some(Webhooks { url, secret }) = webhooks {
            tasks.push(tokio::spawn(webhooks::deliver(
                sandbox.clone(),
                url,
                secret,
            )));
        }
        Ok((sandbox, addr, tasks))
    }

    /// How it behaves.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// The real time, in Unix seconds.
    pub(crate) fn real_now(&self) -> i64 {
        self.0.clock.now().unix_timestamp()
    }

    /// Reads or changes the state. What has changed is in the file before this returns, so that nothing is answered
    /// that a restart forgets.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        state.real_now = self.real_now();
        state.forget_old();
        let result = change(&mut state);
        if let Some(file) = &self.0.options.file
            && let Err(e) = state.write(file)
        {
            tracing::error!(error = %e, file = %file.display(), "the payment sandbox cannot keep its state");
        }
        drop(state);
        self.0.news.notify_one();
        result
    }

    /// Only reads.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        let mut state = self.lock();
        state.real_now = self.real_now();
        look(&state)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what has fallen due by the real clock.
    pub(crate) fn catch_up(&self) {
        if self.look(clock::is_behind)
            && let Err(e) = self.change(clock::catch_up)
        {
            tracing::error!(error = e.message(), "the payment sandbox cannot catch up");
        }
    }

    /// The deliveries that are due.
    pub(crate) fn due(&self) -> Vec<Delivery> {
        self.look(|state| {
            let due = state.deliveries.iter().filter(|d| d.due <= state.real_now);
            due.cloned().collect()
        })
    }

    /// An event, while it is kept.
    pub(crate) fn event(&self, id: &str) -> Option<Value> {
        self.look(|state| state.get("event", id).ok().cloned())
    }

    /// Resolves when something has changed, or after so long.
    pub(crate) async fn wait_for_news(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.0.news.notified()).await;
    }
}
