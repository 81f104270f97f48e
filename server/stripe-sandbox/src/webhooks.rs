//! Delivers events as Stripe does: signed (<https://docs.stripe.com/webhooks/signature>), at least once, and
//! again after longer and longer pauses when they are not answered with a 2xx.

use std::time::Duration;

use futures::{StreamExt, stream};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::{Sandbox, state::Delivery};

/// So many are on their way at once.
const AT_ONCE: usize = 16;
/// The pauses double from 1 s up to this, in seconds.
const LONGEST_PAUSE: i64 = 60;
/// After so many attempts an event is given up: about a quarter of an hour. Stripe takes three days.
const ATTEMPTS: u32 = 20;
/// The time for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Without any news from within, this often is looked whether time has brought something.
const LOOK: Duration = Duration::from_secs(1);

/// The header `Stripe-Signature` for this body, at this time in Unix seconds.
pub fn signature(body: &str, secret: &SecretString, at: i64) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes());
    // An HMAC takes a key of any length.
    let Ok(mut mac) = mac else {
        return String::new();
    };
    mac.update(format!("{at}.{body}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

/// Delivers until the sandbox is gone. What falls due by the real clock happens here too.
pub async fn deliver(sandbox: Sandbox, url: String, secret: SecretString) {
    let client = match reqwest::Client::builder().timeout(PATIENCE).build() {
        Ok(client) => client,
        Err(e) => {
            tracing::error!(error = %e, "the sandbox cannot deliver webhooks");
            return;
        }
    };
    loop {
        sandbox.catch_up();
        let due = sandbox.due();
        if due.is_empty() {
            sandbox.wait_for_news(LOOK).await;
            continue;
        }
        stream::iter(due)
            .map(|delivery| attempt(&sandbox, &client, &url, &secret, delivery))
            .buffer_unordered(AT_ONCE)
            .for_each(|(delivery, taken)| {
                note(&sandbox, delivery, taken);
                std::future::ready(())
            })
            .await;
    }
}

async fn attempt(
    sandbox: &Sandbox,
    client: &reqwest::Client,
    url: &str,
    secret: &SecretString,
    delivery: Delivery,
) -> (Delivery, bool) {
    let Some(event) = sandbox.event(&delivery.event) else {
        return (delivery, true);
    };
    let body = event.to_string();
    let request = client
        .post(url)
        .header("content-type", "application/json; charset=utf-8")
        .header(
            "stripe-signature",
            signature(&body, secret, sandbox.real_now()),
        )
        .body(body);
    let taken = match request.send().await {
        Ok(answer) => answer.status().is_success(),
        Err(_) => false,
    };
    (delivery, taken)
}

fn note(sandbox: &Sandbox, delivery: Delivery, taken: bool) {
    let attempts = delivery.attempts + 1;
    if !taken && attempts == ATTEMPTS {
        tracing::warn!(event = delivery.event, "gave up delivering a sandbox event");
    }
    sandbox.change(|state| {
        if taken || attempts >= ATTEMPTS {
            state
                .deliveries
                .retain(|other| other.event != delivery.event);
            if let Ok(event) = state.change("event", &delivery.event) {
                event["pending_webhooks"] = 0.into();
            }
            return;
        }
        let pause = (1_i64 << attempts.min(16)).min(LONGEST_PAUSE) / 2;
        let due = state.real_now + pause.max(1);
        let mut all = state.deliveries.iter_mut();
        if let Some(same) = all.find(|other| other.event == delivery.event) {
            (same.attempts, same.due) = (attempts, due);
        }
    });
}
