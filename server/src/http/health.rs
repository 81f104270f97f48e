//! Probes for whoever runs the process.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::database::{self, Standing};

/// What readiness depends on.
#[derive(Clone)]
pub struct Health {
    pool: PgPool,
    stopping: Arc<AtomicBool>,
}

impl Health {
    /// Health of a process that uses `pool`.
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            stopping: Arc::default(),
        }
    }

    /// Whether the process can serve people now.
    pub async fn is_ready(&self) -> bool {
        !self.stopping.load(Ordering::Relaxed)
            && database::standing(&self.pool).await == Standing::Current
    }

    /// From now on the process is not ready: it is about to end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}

/// `/health/live`: the process answers. `/health/ready`: it can also serve people, within a
/// second or not at all.
pub fn routes<S: Clone + Send + Sync + 'static>(health: Health) -> Router<S> {
    Router::new()
        .route(
            "/health/live",
            get(async || Json(json!({ "status": "live" }))),
        )
        .route("/health/ready", get(ready))
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    if health.stopping.load(Ordering::Relaxed) {
        return not_ready("the process is about to end");
    }
    match database::standing(&health.pool).await {
        Standing::Current => (StatusCode::OK, Json(json!({ "status": "ready" }))),
        standing => not_ready(&standing.explain()),
    }
}

fn not_ready(why: &str) -> (StatusCode, Json<Value>) {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        Json(json!({ "status": "not ready", "reason": why })),
    )
}
