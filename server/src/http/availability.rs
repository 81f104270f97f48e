//! What people see while the database is away or behind its migrations: one sentence, at once,
//! and the page again by itself when it is back.

use std::{sync::Arc, time::Duration};

use app::error::AppError;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use sqlx::PgPool;
use tokio::{sync::Mutex, time::Instant};

use super::refuse::{Asker, as_json, as_page};
use crate::database::{self, Standing};

/// While the database is away, it is asked again at most this often, whatever the visitors.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// Seconds until a page that is shown meanwhile asks again.
const AGAIN: HeaderValue = HeaderValue::from_static("5");

/// Remembers how the database stands.
#[derive(Clone)]
pub struct Availability {
    pool: PgPool,
    known: Arc<Mutex<Known>>,
}

struct Known {
    standing: Standing,
    at: Instant,
}

impl Availability {
    /// The availability of `pool`, found to stand like `standing` just now.
    pub fn new(pool: PgPool, standing: Standing) -> Self {
        Self {
            pool,
            known: Arc::new(Mutex::new(Known {
                standing,
                at: Instant::now(),
            })),
        }
    }

    /// How the database stands: asked anew only while it is not as it should be.
    async fn expected(&self) -> Standing {
        let mut known = self.known.lock().await;
        if known.standing != Standing::Current && known.at.elapsed() > ASK_AGAIN {
            self.ask(&mut known).await;
        }
        known.standing.clone()
    }

    /// How the database stands after something failed.
    async fn after_failure(&self) -> Standing {
        let mut known = self.known.lock().await;
        if known.standing == Standing::Current || known.at.elapsed() > ASK_AGAIN {
            self.ask(&mut known).await;
        }
        known.standing.clone()
    }

    async fn ask(&self, known: &mut Known) {
        let standing = database::standing(&self.pool).await;
        if standing != known.standing {
            tracing::warn!("{}", standing.explain());
        }
        *known = Known {
            standing,
            at: Instant::now(),
        };
    }
}

/// The middleware.
pub async fn guard(
    State(availability): State<Availability>,
    request: Request,
    next: Next,
) -> Response {
    let asker = Asker::of(&request);
    let standing = availability.expected().await;
    if standing != Standing::Current {
        return away(asker, &standing);
    }
    let response = next.run(request).await;
    if !response.status().is_server_error() {
        return response;
    }
    match availability.after_failure().await {
        Standing::Current => worded(asker, response),
        standing => away(asker, &standing),
    }
}

/// A failure that has no words of its own, from below the pages, gets some.
fn worded(asker: Asker, response: Response) -> Response {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if kind
        .is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"))
    {
        return response;
    }
    let error = AppError::internal();
    match asker {
        Asker::Page => as_page(&error),
        Asker::Form | Asker::Program => as_json(&error),
    }
}

fn away(asker: Asker, standing: &Standing) -> Response {
    let error = match standing {
        Standing::Behind { .. } => AppError::updating(),
        _ => AppError::no_database(),
    };
    match asker {
        Asker::Page => {
            let mut page = as_page(&error);
            // The page comes back by itself (HTML standard, section 4.2.5.3; every browser takes it
            // as a header too).
            page.headers_mut()
                .insert(HeaderName::from_static("refresh"), AGAIN);
            page
        }
        // A form's refusal goes through `flash`, which keeps what was typed.
        Asker::Form | Asker::Program => as_json(&error),
    }
}
