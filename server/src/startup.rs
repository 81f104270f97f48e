//! Puts the site together and serves it. How it ends is in `ending`.

mod background;
mod ending;
mod models;
mod prepare;
mod prices;
mod selling;

use std::{future::Future, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use app::{session::SessionOptions, state::AppState};
use auth::Hasher;
use axum::Router;
use chat::Engine;
use kernel::{Clock, Db};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    adapters::{mail, openai::OpenAiClient},
    config::{Config, Environment, MailServer},
    database,
    http::{
        availability::Availability, connections, health::Health, open_streams::OpenStreams, router,
        visitor::Proxies,
    },
    jobs::Workers,
    management::{self, Sampled},
};
use background::Background;
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
    let (chat, offered) = engine(&config, &db).await?;
    let background = Background::new();
    let preparation = prepare::Preparation {
        db: db.clone(),
        offered,
        prices: config.prices.clone(),
        offers: config.offers.clone(),
        migrate: config.database.migrate_on_start,
    };
    let standing = preparation.begin(&background).await?;
    let streams = OpenStreams::default();
    let site_url = site_url(&config, &listener)?;
    let selling = selling::selling(&config, &site_url, listener.local_addr()?).await?;
    let workers = Workers {
        db: db.clone(),
        mailer: mail::mailer(&config.mail, &site_url)?,
        provider: selling.as_ref().map(|selling| selling.provider.clone()),
        topics_keep: time::Duration::days(config.event_retention_days.into()),
    };
    background.run(&config, workers, &chat, &streams);

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
            selling,
            inbox: inbox(&config),
            require_verified: config.require_verified_email,
            welcome: config.prices.welcome,
        },
        proxies: Proxies(config.trusted_proxies),
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

/// Chat with its models, and which those are.
pub(crate) async fn engine(
    config: &Config,
    db: &Db,
) -> anyhow::Result<(Engine, Vec<chat::commands::OfferedModel>)> {
    let (provider, offered) = models::provider(&config.provider).await?;
    let capture = config.telemetry.otlp.is_some() && config.telemetry.capture_content;
    let client =
        OpenAiClient::new(&provider, config.provider_idle_timeout)?.capture_content(capture);
    let chat = Engine::new(db.clone(), Arc::new(client), config.system_prompt.clone());
    Ok((chat, offered))
}

/// Where the links in mails lead.
fn site_url(config: &Config, listener: &TcpListener) -> anyhow::Result<String> {
    if matches!(config.mail.server, MailServer::None) {
        tracing::warn!("SMTP_URL is not set: no mail is sent, and nobody can reset a password");
    }
    Ok(match &config.site_url {
        Some(url) => url.clone(),
        None => format!("http://{}", listener.local_addr()?),
    })
}

/// The dev inbox's folder, for its page.
fn inbox(config: &Config) -> Option<Arc<Path>> {
    match &config.mail.server {
        MailServer::Folder(folder) if !config.environment.is_production() => {
            Some(folder.as_path().into())
        }
        _ => None,
    }
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
