//! `POST /webhooks/stripe`: what the payment provider tells. Genuine or not is decided by the signature over the
//! body as it came; what it says is only where to look, and that is done by a job.
//! See <https://docs.stripe.com/webhooks>.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use kernel::Db;
use payments::billing::{
    PaymentProvider,
    commands::{NotTaken, receive_webhook},
};

/// Where.
pub const PATH: &str = "/webhooks/stripe";
/// Stripe's largest events are well below.
const MAX_BYTES: usize = 512 * 1024;

type Told = (Db, Arc<dyn PaymentProvider>);

/// The endpoint; none where nothing is sold.
pub fn routes<S: Clone + Send + Sync + 'static>(
    db: Db,
    provider: Option<Arc<dyn PaymentProvider>>,
) -> Router<S> {
    match provider {
        None => Router::new(),
        Some(provider) => Router::new()
            .route(PATH, post(receive))
            .layer(DefaultBodyLimit::max(MAX_BYTES))
            .with_state((db, provider)),
    }
}

async fn receive(
    State((db, provider)): State<Told>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let signature = headers
        .get("stripe-signature")
        .and_then(|s| s.to_str().ok());
    let (Some(signature), Ok(body)) = (signature, std::str::from_utf8(&body)) else {
        return StatusCode::BAD_REQUEST;
    };
    match receive_webhook(&db, &*provider, body, signature).await {
        Ok(()) => StatusCode::OK,
        Err(NotTaken::NotGenuine(error)) => {
            tracing::warn!(%error, "refused a webhook");
            StatusCode::BAD_REQUEST
        }
        Err(NotTaken::Internal(error)) => {
            tracing::error!(%error, "could not take a webhook; it will come again");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
