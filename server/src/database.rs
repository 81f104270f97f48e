//! The connection pool, and how far the schema is.

mod primary;

use std::{borrow::Cow, sync::Arc, time::Duration};

use anyhow::Context;
use kernel::MIGRATOR;
use primary::Primary;
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::config::Database;

/// How long a request waits for a connection before it is told that the database is away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// Plans are kept as long as a connection and made when tables may still be empty: reading all of a
/// table is then the cheapest plan, and the worst one as soon as the table has grown. Every
/// statement of the site has its index; one without still reads the table. Such a plan looks dear to
/// the planner, and compiling it (25 ms) would cost far more than running it: hence no JIT.
const PLANS_BY_INDEX: [(&str, &str); 2] = [("enable_seqscan", "off"), ("jit", "off")];

/// How long the readiness probe waits.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// A pool that connects when it is first asked: the site starts while the database is away. Its
/// connections lead to a server that takes writes.
pub fn pool(database: &Database) -> PgPool {
    let primary = Arc::new(Primary::new());
    PgPoolOptions::new()
        .max_connections(database.max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(Duration::from_secs(10 * 60))
        .test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(primary::admit(connection)))
        .before_acquire(move |connection, about| {
            let primary = primary.clone();
            Box::pin(async move { primary.may_go_out(connection, about).await })
        })
        .connect_lazy_with(database.options.clone().options(PLANS_BY_INDEX))
}

/// Brings the schema up to date and tells its version.
///
/// # Errors
/// When the database is away, or has a history that is not ours.
pub async fn migrate(pool: &PgPool) -> anyhow::Result<i64> {
    // Most starts find nothing to do: then no lock is taken.
    if standing(pool).await != Standing::Current {
        MIGRATOR
            .run(pool)
            .await
            .context("the migrations could not be run")?;
    }
    Ok(newest())
}

/// How the database stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It answers, and its schema is ours.
    Current,
    /// It does not answer in time, or takes no writes.
    Unreachable,
    /// It answers, but migrations are missing.
    Behind {
        /// The last one that it has, if any.
        at: Option<i64>,
        /// The last one that we need.
        needs: i64,
    },
}

impl Standing {
    /// In words for an operator.
    pub fn explain(&self) -> Cow<'static, str> {
        match self {
            Self::Current => "the database answers and its schema is current".into(),
            Self::Unreachable => "the database cannot be reached".into(),
            Self::Behind { at, needs } => {
                let at =
                    at.map_or_else(|| "no migration".to_owned(), |at| format!("migration {at}"));
                format!("the database is behind: it has {at}, this version needs {needs}; run `server migrate`").into()
            }
        }
    }
}

/// Looks at the database. A schema ahead of ours is current: migrations only expand what
/// running versions use.
pub async fn standing(pool: &PgPool) -> Standing {
    // Not a checked query: before the first migration the table is not there.
    let question = sqlx::query_scalar::<_, Option<i64>>(
        "select max(version) from _sqlx_migrations where success",
    );
    let answer = tokio::time::timeout(PROBE_TIMEOUT, question.fetch_one(pool)).await;
    let at = match answer {
        Ok(Ok(at)) => at,
        // 42P01: undefined_table.
        Ok(Err(sqlx::Error::Database(e))) if e.code().as_deref() == Some("42P01") => None,
        Ok(Err(_)) | Err(_) => return Standing::Unreachable,
    };
    match (at, newest()) {
        (Some(at), needs) if at >= needs => Standing::Current,
        (at, needs) => Standing::Behind { at, needs },
    }
}

fn newest() -> i64 {
    MIGRATOR
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}
