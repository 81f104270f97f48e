//! The configuration: one struct, from environment variables. `.env.example` describes each.

mod broker;
mod env;
mod mail;
mod management;
mod offers;
mod prices;
mod provider;
mod selling;
mod site;
mod telemetry;

use std::{fmt, net::SocketAddr, path::Path, time::Duration};

pub use broker::{Broker, Login, Security};
use env::invalid;
pub use env::{Env, InvalidVariable};
use leptos::config::LeptosOptions;
pub use mail::{Mail, MailServer};
use payments::Offer;
pub use prices::Prices;
pub use provider::{OfferedModel, OpenAi, Provider};
use secrecy::SecretString;
pub use selling::Selling;
use sqlx::postgres::PgConnectOptions;
pub use telemetry::{Otlp, Telemetry};

/// Everything that can be set from outside.
#[derive(Debug, Clone)]
pub struct Config {
    /// `PARLANCE_ENV`: `development` (the default) or `production`.
    pub environment: Environment,
    /// `LOG_FORMAT`, `RUST_LOG` and `OTEL_SERVICE_NAME`.
    pub log: Log,
    /// `OTEL_...`: where traces go.
    pub telemetry: Telemetry,
    /// `DATABASE_URL`, `DATABASE_MAX_CONNECTIONS`, `MIGRATE_ON_START`.
    pub database: Database,
    /// `LEPTOS_SITE_ADDR`, and what `Leptos.toml` (else `Cargo.toml`) says.
    pub site: LeptosOptions,
    /// `MANAGEMENT_ADDR`: where probes and metrics are served, apart from the site; nowhere with
    /// `None`.
    pub management: Option<SocketAddr>,
    /// `KAFKA_BROKERS` and what goes with it: where events are published. Without it they are
    /// handed to the consumers within the process.
    pub broker: Option<Broker>,
    /// `KAFKA_RETENTION_DAYS`: so long a topic that the site creates keeps an event.
    pub event_retention_days: u32,
    /// `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_MODELS`, `OPENAI_FALLBACK_MODEL`;
    /// `DEMO_MODEL_TOKENS_PER_SECOND`.
    pub provider: Provider,
    /// `PROVIDER_IDLE_TIMEOUT_SECONDS`: how long a provider may be silent within an answer.
    pub provider_idle_timeout: Duration,
    /// `SYSTEM_PROMPT`: comes first in every conversation.
    pub system_prompt: String,
    /// `SESSION_IDLE_DAYS`: a session ends after so long without a visit.
    pub session_idle: Duration,
    /// `SESSION_ABSOLUTE_DAYS`: a session ends so long after signing in, whatever happens.
    pub session_absolute: Duration,
    /// `SMTP_URL`, `MAIL_FROM`.
    pub mail: Mail,
    /// `SITE_URL`: where people reach the site, for links in mails; `None` for where it listens.
    pub site_url: Option<String>,
    /// `REQUIRE_VERIFIED_EMAIL`: whether mail has to reach an address before an account is opened.
    pub require_verified_email: bool,
    /// `MODEL_PRICES`, `MODEL_COSTS`, `WELCOME_CREDIT`.
    pub prices: Prices,
    /// `CREDIT_PACKS`, `CREDIT_PACK_DAYS`, `PLANS`: what is sold; `None` to leave what is for sale as it is.
    pub offers: Option<Vec<Offer>>,
    /// `STRIPE_SECRET_KEY`, `STRIPE_WEBHOOK_SECRET`, `STRIPE_API_BASE`, `STRIPE_SANDBOX`.
    pub selling: Selling,
    /// `TRUSTED_PROXIES`: how many proxies of the operator's own are in front, each of which appends to
    /// `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// `SHUTDOWN_GRACE_SECONDS`: what runs when the process is told to end gets so long to finish.
    pub shutdown_grace: Duration,
}

/// What the site is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine: cookies over plain HTTP, readable logs, migrations on start.
    Development,
    /// For people: HTTPS in front, JSON logs, migrations as a step of their own.
    Production,
}

impl Environment {
    /// Whether this is [`Environment::Production`].
    pub fn is_production(self) -> bool {
        self == Self::Production
    }
}

/// How logs are written.
#[derive(Debug, Clone)]
pub struct Log {
    /// In which form.
    pub format: LogFormat,
    /// Which records: directives as `tracing_subscriber::EnvFilter` reads them.
    pub filter: String,
    /// What the records, and the spans, are said to come from.
    pub service: String,
}

/// The form of a log record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people at a terminal.
    Pretty,
    /// For machines: one JSON object a line.
    Json,
}

/// Where data is kept.
#[derive(Clone)]
pub struct Database {
    /// Contains the password.
    pub url: SecretString,
    /// How to connect; the same as `url`, understood.
    pub options: PgConnectOptions,
    /// At most so many connections at once.
    pub max_connections: u32,
    /// Whether `serve` brings the schema up to date first.
    pub migrate_on_start: bool,
}

// `PgConnectOptions` would print the password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("max_connections", &self.max_connections)
            .field("migrate_on_start", &self.migrate_on_start)
            .finish_non_exhaustive()
    }
}

/// Written by the project's scripts when they start the private Postgres.
const LOCAL_DATABASE_URL: &str = ".local/database-url";

const DEFAULT_SYSTEM_PROMPT: &str = "You are a helpful assistant. Answer in the language of the question. \
Use Markdown where it helps: fenced code blocks with the language named, tables for comparisons, and LaTeX \
between $ signs for mathematics.";

impl Config {
    /// Reads everything.
    ///
    /// # Errors
    /// The first variable that is missing or wrong.
    pub fn from_env(env: &Env<'_>) -> Result<Self, InvalidVariable> {
        let environment = Environment::from_env(env)?;
        let session_idle: u32 = env.number("SESSION_IDLE_DAYS", 1, 3650)?.unwrap_or(14);
        let session_absolute = env.number("SESSION_ABSOLUTE_DAYS", 1, 3650)?.unwrap_or(90);
        if session_absolute < session_idle {
            return Err(invalid(
                "SESSION_ABSOLUTE_DAYS",
                format!("at least as many days as SESSION_IDLE_DAYS ({session_idle})"),
                "it is less",
            ));
        }
        let (broker, event_retention_days) = broker::from_env(env)?;
        let mail = Mail::from_env(env, environment)?;
        let provider = Provider::from_env(env)?;
        Ok(Self {
            environment,
            broker,
            event_retention_days,
            log: Log::from_env(env)?,
            telemetry: Telemetry::from_env(env)?,
            database: Database::from_env(env, environment)?,
            site: site::options(env, environment)?,
            management: management::addr(env, environment)?,
            prices: Prices::from_env(env, environment, &provider)?,
            provider,
            offers: offers::from_env(env, environment)?,
            selling: Selling::from_env(env, environment)?,
            provider_idle_timeout: seconds(
                env.number("PROVIDER_IDLE_TIMEOUT_SECONDS", 1, 3600)?
                    .unwrap_or(60),
            ),
            system_prompt: env
                .text("SYSTEM_PROMPT")?
                .unwrap_or_else(|| DEFAULT_SYSTEM_PROMPT.to_owned()),
            session_idle: days(session_idle),
            session_absolute: days(session_absolute),
            site_url: mail::site_url(env, &mail)?,
            mail,
            require_verified_email: env
                .value("REQUIRE_VERIFIED_EMAIL", "true or false", |text| {
                    text.parse().ok()
                })?
                .unwrap_or(false),
            trusted_proxies: env
                .number("TRUSTED_PROXIES", 0, 10)?
                .unwrap_or(usize::from(environment.is_production())),
            shutdown_grace: seconds(env.number("SHUTDOWN_GRACE_SECONDS", 0, 3600)?.unwrap_or(20)),
        })
    }
}

impl Environment {
    fn from_env(env: &Env<'_>) -> Result<Self, InvalidVariable> {
        let known = env.value(
            "PARLANCE_ENV",
            "development or production",
            |text| match text {
                "development" => Some(Self::Development),
                "production" => Some(Self::Production),
                _ => None,
            },
        )?;
        Ok(known.unwrap_or(Self::Development))
    }
}

impl Log {
    /// Reads only what logging needs, for subcommands that need nothing else.
    ///
    /// # Errors
    /// The first variable that is missing or wrong.
    pub fn from_env(env: &Env<'_>) -> Result<Self, InvalidVariable> {
        let environment = Environment::from_env(env)?;
        let format = env.value("LOG_FORMAT", "pretty or json", |text| match text {
            "pretty" => Some(LogFormat::Pretty),
            "json" => Some(LogFormat::Json),
            _ => None,
        })?;
        let filter = env.value(
            "RUST_LOG",
            "log directives such as info or info,sqlx=debug",
            |text| {
                tracing_subscriber::EnvFilter::builder()
                    .parse(text)
                    .ok()
                    .map(|_| text.to_owned())
            },
        )?;
        Ok(Self {
            format: format.unwrap_or(if environment.is_production() {
                LogFormat::Json
            } else {
                LogFormat::Pretty
            }),
            filter: filter.unwrap_or_else(|| "info".to_owned()),
            service: telemetry::service(env)?,
        })
    }
}

impl Database {
    fn from_env(env: &Env<'_>, environment: Environment) -> Result<Self, InvalidVariable> {
        const WANTS: &str = "a URL such as postgres://user:password@host/db";
        let written = || std::fs::read_to_string(Path::new(LOCAL_DATABASE_URL)).ok();
        let url = match env.text("DATABASE_URL")? {
            Some(url) => url,
            None if environment.is_production() => {
                return Err(invalid("DATABASE_URL", WANTS, "it is not set"));
            }
            None => written().map(|url| url.trim().to_owned()).ok_or_else(|| {
                invalid(
                    "DATABASE_URL",
                    WANTS,
                    "it is not set: run `make services` first for a private database",
                )
            })?,
        };
        let options = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
            .then(|| url.parse::<PgConnectOptions>().ok())
            .flatten()
            .ok_or_else(|| invalid("DATABASE_URL", WANTS, "it is set to something else"))?;
        Ok(Self {
            url: url.into(),
            options: options.application_name("parlance"),
            max_connections: env
                .number("DATABASE_MAX_CONNECTIONS", 2, 1000)?
                .unwrap_or(10),
            migrate_on_start: env
                .value("MIGRATE_ON_START", "true or false", |text| {
                    text.parse().ok()
                })?
                .unwrap_or(!environment.is_production()),
        })
    }
}

fn seconds(n: u32) -> Duration {
    Duration::from_secs(n.into())
}

fn days(n: u32) -> Duration {
    seconds(n.saturating_mul(24 * 60 * 60))
}
