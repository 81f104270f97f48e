//! Puts the site together and serves it. How it ends is in `ending`.

mod ending;
mod models;
mod prepare;

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use app::{session::SessionOptions, state::AppState};
use auth::Hasher;
use axum::Router;
use chat::Engine;
use kernel::{Clock, Db, keep_going, signals};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    adapters::openai::OpenAiClient,
    config::{Config, Environment},
    consumers::Consumers,
    database, housekeeping,
    http::{
        availability::Availability, connections, health::Health, open_streams::OpenStreams, router,
    },
    management::{self, Sampled},
    relay,
};
use ending::{Ending, LAST_ORDERS};

/// A site that is bound to its address and ready to serve.
pub struct Site {
    listener: TcpListener,
    router: Router,
    health: Health,
    chat: Engine,
    pool: PgPool,
    background: Background,
    last_orders: Duration,
    grace: Duration,
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
    let capture = config.telemetry.otlp.is_some() && config.telemetry.capture_content;
    let client =
        OpenAiClient::new(&provider, config.provider_idle_timeout)?.capture_content(capture);
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
    let streams = OpenStreams::default();
    background.run(&db, &chat, &streams);

    let health = Health::new(pool.clone());
    let sampled = Sampled {
        db: db.clone(),
        health: health.clone(),
        streams: streams.clone(),
    };
    management::start(config.management, sampled, background.stop.clone()).await?;
    let router = router::router(router::Parts {
        state: AppState {
            db,
            hasher,
            chat: chat.clone(),
            leptos: Arc::new(config.site.clone()),
        },
        sessions: sessions(&config),
        health: health.clone(),
        availability: Availability::new(pool.clone(), standing),
        streams,
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
        grace: config.shutdown_grace,
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
    fn run(&self, db: &Db, chat: &Engine, streams: &OpenStreams) {
        let consumers = Consumers { chat: chat.clone() };
        let relayed = db.clone();
        self.keep("relay", move |stop| {
            relay::run(relayed.clone(), consumers.clone(), stop)
        });
        let tidied = chat.clone();
        self.keep("housekeeping", move |stop| {
            housekeeping::run(tidied.clone(), stop)
        });
        let (on, chat, told) = (db.clone(), chat.clone(), streams.clone());
        self.keep("signals", move |stop| {
            listen(on.clone(), chat.clone(), told.clone(), stop)
        });
        let (db, streams) = (db.clone(), streams.clone());
        self.keep("streams", move |stop| {
            let (db, streams) = (db.clone(), streams.clone());
            async move { streams.look_after(&db, stop).await }
        });
    }

    /// Runs a task until the site ends, whatever panics in it.
    fn keep<F>(&self, task: &'static str, begin: impl Fn(CancellationToken) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.clone();
        self.tasks
            .spawn(keep_going(task, move || begin(stop.clone())));
    }

    async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Hands on what the processes of the same database signal.
async fn listen(db: Db, chat: Engine, streams: OpenStreams, stop: CancellationToken) {
    signals::listen(&db, stop, |heard| {
        chat.heard(&heard);
        streams.heard(&heard);
    })
    .await;
}

impl Site {
    /// Where it listens.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` resolves; then ends in order: not ready, no new connections, readers
    /// sent away, runs finished or stored as interrupted, the database let go. `hurry` cuts the
    /// time short that runs get for that.
    pub async fn serve(self, stop: impl Future<Output = ()>, hurry: impl Future<Output = ()>) {
        let closing = CancellationToken::new();
        let requests = TaskTracker::new();
        let serving = connections::serve(
            self.listener,
            self.router,
            closing.clone(),
            requests.clone(),
        );
        let server = tokio::spawn(serving);
        stop.await;
        let ending = Ending {
            health: self.health,
            chat: self.chat,
            pool: self.pool,
            background: self.background,
            server,
            closing,
            requests,
            last_orders: self.last_orders,
            grace: self.grace,
        };
        ending.run(hurry).await;
    }
}
