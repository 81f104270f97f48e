//! Puts the site together, serves it, and ends it in order.

mod models;
mod prepare;

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use app::{session::SessionOptions, state::AppState};
use auth::Hasher;
use axum::Router;
use chat::Engine;
use kernel::{Clock, Db, signals};
use sqlx::PgPool;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    adapters::openai::OpenAiClient,
    config::{Config, Environment},
    consumers::Consumers,
    database, housekeeping,
    http::{availability::Availability, health::Health, router},
    relay,
};

/// After the first signal, balancers get so long to see that the process is not ready.
const LAST_ORDERS: Duration = Duration::from_secs(3);

/// What still runs after that is cut off.
const PATIENCE: Duration = Duration::from_secs(10);

/// A site that is bound to its address and ready to serve.
pub struct Site {
    listener: TcpListener,
    router: Router,
    health: Health,
    chat: Engine,
    pool: PgPool,
    background: Background,
    last_orders: Duration,
}

/// What runs apart from requests.
struct Background {
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Makes a site of its configuration, with passwords hashed by `hasher`. The database need not be
/// there yet: people are told, and the site begins when it is.
///
/// # Errors
/// When the address is taken, the provider's settings are of no use, or the database has a
/// history that is not ours.
pub async fn start(config: Config, hasher: Hasher) -> anyhow::Result<Site> {
    let addr = config.site.site_addr;
    let listener = TcpListener::bind(addr)
        .await
        .with_context(|| format!("cannot listen on {addr}"))?;
    let pool = database::pool(&config.database);
    let db = Db::new(pool.clone(), Clock::system());
    let (provider, offered) = models::provider(&config.provider).await?;
    let client = OpenAiClient::new(&provider, config.provider_idle_timeout)?;
    let chat = Engine::new(db.clone(), Arc::new(client), config.system_prompt.clone());
    let background = Background {
        stop: CancellationToken::new(),
        tasks: TaskTracker::new(),
    };
    let preparation = prepare::Preparation {
        db: db.clone(),
        offered,
        migrate: config.database.migrate_on_start,
    };
    let standing = preparation.begin(&background).await?;
    background.run(&db, &chat);

    let health = Health::new(pool.clone());
    let router = router::router(router::Parts {
        state: AppState {
            db,
            hasher,
            chat: chat.clone(),
            leptos: config.site.clone(),
        },
        sessions: sessions(&config),
        health: health.clone(),
        availability: Availability::new(pool.clone(), standing),
    });
    let last_orders = if config.environment == Environment::Production {
        LAST_ORDERS
    } else {
        Duration::ZERO
    };
    Ok(Site {
        listener,
        router,
        health,
        chat,
        pool,
        background,
        last_orders,
    })
}

fn sessions(config: &Config) -> SessionOptions {
    SessionOptions {
        secure: config.environment.is_production(),
        idle: config
            .session_idle
            .try_into()
            .unwrap_or(time::Duration::MAX),
        absolute: config
            .session_absolute
            .try_into()
            .unwrap_or(time::Duration::MAX),
    }
}

impl Background {
    /// The relay, what is tidied up, and what other processes have to say.
    fn run(&self, db: &Db, chat: &Engine) {
        let consumers = Consumers { chat: chat.clone() };
        self.tasks
            .spawn(relay::run(db.clone(), consumers, self.stop.clone()));
        self.tasks
            .spawn(housekeeping::run(chat.clone(), self.stop.clone()));
        self.tasks
            .spawn(listen(db.clone(), chat.clone(), self.stop.clone()));
    }

    async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Hands on what other processes of the same database signal.
async fn listen(db: Db, chat: Engine, stop: CancellationToken) {
    signals::listen(&db, stop, |heard| chat.heard(&heard)).await;
}

impl Site {
    /// Where it listens.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` resolves; then ends in order: not ready, no new connections, answers
    /// being written are stored as interrupted, streams close, the database is let go.
    ///
    /// # Errors
    /// When the operating system no longer gives us connections.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let closing = CancellationToken::new();
        let server = axum::serve(self.listener, self.router)
            .with_graceful_shutdown(closing.clone().cancelled_owned())
            .into_future();
        let mut server = tokio::spawn(server);
        tokio::select! {
            ended = &mut server => return Ok(ended??),
            () = stop => {}
        }
        tracing::info!("stopping");
        self.health.stop();
        tokio::time::sleep(self.last_orders).await;
        closing.cancel();
        let in_order = async {
            self.chat.close_readers();
            self.chat.drain(Duration::ZERO).await;
            self.background.end().await;
            let _ = (&mut server).await;
        };
        if timeout(PATIENCE, in_order).await.is_err() {
            tracing::warn!("some requests did not end in time");
            server.abort();
        }
        let _ = timeout(PATIENCE, self.pool.close()).await;
        tracing::info!("stopped");
        Ok(())
    }
}
