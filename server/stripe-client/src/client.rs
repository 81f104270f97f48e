//! How Stripe is reached.

use std::{fmt, time::Duration};

use payments::{
    IdempotencyKey, PaymentReference,
    billing::{NotGenuine, Notice, ProviderError},
};
use secrecy::{ExposeSecret, SecretString};
use stripe::{Client, ClientBuilder, IdempotencyKey as Key, RequestStrategy};
use stripe_client_core::StripeRequest;
use stripe_webhook::{Webhook, WebhookError};
use time::OffsetDateTime;

use crate::{failure, wire};

/// For one attempt.
const PATIENCE: Duration = Duration::from_secs(10);
/// A request that was not answered is sent so often in all, with the same key; later, a job tries again.
const ATTEMPTS: u32 = 2;

/// Where Stripe is, and with which keys.
#[derive(Debug, Clone)]
pub struct Options {
    /// Of the API: `sk_…` or, better, a restricted `rk_…`.
    pub secret_key: SecretString,
    /// Of the webhook endpoint: `whsec_…`.
    pub webhook_secret: SecretString,
    /// Where the API is when it is not Stripe's: the sandbox or stripe-mock.
    pub api_base: Option<String>,
}

/// The options cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "STRIPE_SECRET_KEY or STRIPE_API_BASE cannot be used: a key is visible ASCII, the base a URL"
)]
pub struct NotConfigured;

/// Stripe. Cheap to clone.
#[derive(Clone)]
pub struct Stripe {
    pub(crate) client: Client,
    webhook_secret: SecretString,
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").finish_non_exhaustive()
    }
}

impl Stripe {
    /// A client; connects when it is used.
    ///
    /// # Errors
    /// See [`NotConfigured`].
    pub fn new(options: &Options) -> Result<Self, NotConfigured> {
        let mut builder = ClientBuilder::new(options.secret_key.expose_secret())
            .timeout(PATIENCE)
            .app_info("parlance", Some(env!("CARGO_PKG_VERSION").to_owned()), None);
        if let Some(base) = &options.api_base {
            // The paths are put right behind it.
            builder = builder.url(format!("{}/", base.trim_end_matches('/')));
        }
        Ok(Self {
            client: builder.build().map_err(|_| NotConfigured)?,
            webhook_secret: options.webhook_secret.clone(),
        })
    }

    /// Sends a request that only reads.
    pub(crate) async fn read<T: miniserde::Deserialize>(
        &self,
        request: &impl StripeRequest,
    ) -> Result<T, ProviderError> {
        self.send(request, RequestStrategy::Once).await
    }

    /// Sends a request that changes something, with its key.
    pub(crate) async fn write<T: miniserde::Deserialize>(
        &self,
        key: &IdempotencyKey,
        request: &impl StripeRequest,
    ) -> Result<T, ProviderError> {
        let key = Key::new(key.as_str()).map_err(|_| ProviderError::Refused("key".to_owned()))?;
        self.send(request, RequestStrategy::Idempotent(key)).await
    }

    async fn send<T: miniserde::Deserialize>(
        &self,
        request: &impl StripeRequest,
        strategy: RequestStrategy,
    ) -> Result<T, ProviderError> {
        let mut attempt = 1;
        loop {
            let request = request.build().customize::<T>();
            let answer = request
                .request_strategy(strategy.clone())
                .send(&self.client);
            match answer.await.map_err(failure::read) {
                Err(ProviderError::Unavailable(_)) if attempt < ATTEMPTS => attempt += 1,
                answer => return answer,
            }
        }
    }

    /// See [`payments::billing::PaymentProvider::verify`]: the tolerance of 300 s is the library's.
    pub(crate) fn genuine(
        &self,
        body: &str,
        signature: &str,
        now: OffsetDateTime,
    ) -> Result<Notice, NotGenuine> {
        let secret = self.webhook_secret.expose_secret();
        let now = now.unix_timestamp();
        match Webhook::construct_event_with_timestamp(body, signature, secret, now) {
            // An event that the library does not know has been verified before it is read.
            Ok(_) | Err(WebhookError::BadParse(_)) => {}
            Err(_) => return Err(NotGenuine),
        }
        let event: wire::Event = miniserde::json::from_str(body).map_err(|_| NotGenuine)?;
        let parse = |id: &str| PaymentReference::parse(id).map_err(|_| NotGenuine);
        Ok(Notice {
            event: parse(&event.id)?,
            kind: event.kind,
            // Some objects have no id; then there is nothing to fetch, and the event's own stands in.
            object: parse(event.data.object.id.as_deref().unwrap_or(&event.id))?,
        })
    }
}
