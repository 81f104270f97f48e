//! `POST /api/csp-reports`: what browsers say a policy of ours forbade. One line in the log and a
//! count, so that whoever runs the site learns of an attack, or of a page that breaks its own rules.
//!
//! Anybody can send anything here, so it is bounded in every way; and a report carries addresses
//! and code of somebody's page, so only what is known beforehand is told of it: which directive,
//! and what kind of thing it forbade.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::StatusCode,
    middleware::from_fn,
    routing::post,
};
use metrics::{counter, describe_counter};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::{cross_origin, policy::REPORTS};

/// specification/operations.md explains it.
const COUNTER: &str = "parlance_csp_reports_total";

/// Browsers send a few at once, of about a kilobyte each.
const MAX_BYTES: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);
/// Of this process, whoever sends them. More would tell nobody more.
const AT_ONCE: u32 = 30;
const ONE_MORE_AFTER: Duration = Duration::from_secs(2);

/// Says what is counted, to the recorder that is installed.
pub fn describe() {
    describe_counter!(
        COUNTER,
        "What browsers reported that the Content-Security-Policy forbade, by directive."
    );
}

/// The endpoint.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(REPORTS, post(receive))
        .layer(from_fn(cross_origin::protect))
        .with_state(Allowance::new())
}

async fn receive(State(allowance): State<Allowance>, body: Body) -> StatusCode {
    if !allowance.take() {
        return StatusCode::TOO_MANY_REQUESTS;
    }
    let Ok(Ok(body)) = timeout(PATIENCE, to_bytes(body, MAX_BYTES)).await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let Some(report) = serde_json::from_slice(&body).ok().and_then(|r| read(&r)) else {
        return StatusCode::BAD_REQUEST;
    };
    let Report {
        directive,
        blocked,
        count,
    } = report;
    counter!(COUNTER, "directive" => directive).increment(count);
    tracing::warn!(
        directive,
        blocked,
        count,
        "a browser reports what the policy forbade"
    );
    StatusCode::NO_CONTENT
}

/// The first of the reports that come together, and how many they are.
#[derive(Debug, PartialEq, Eq)]
struct Report {
    directive: &'static str,
    blocked: &'static str,
    count: u64,
}

/// The two forms there are: an object of `report-uri` (CSP Level 2), and a list of `report-to`
/// (Reporting API).
fn read(body: &Value) -> Option<Report> {
    let (first, count) = match body {
        Value::Array(all) => {
            let violations = || all.iter().filter(|one| one["type"] == "csp-violation");
            (&violations().next()?["body"], violations().count())
        }
        one => (one.get("csp-report")?, 1),
    };
    let text = |names: [&str; 2]| names.iter().find_map(|name| first.get(name)?.as_str());
    let directive = text(["effectiveDirective", "effective-directive"])
        .or_else(|| text(["violatedDirective", "violated-directive"]))?;
    let page = text(["documentURL", "document-uri"]).unwrap_or_default();
    let blocked = text(["blockedURL", "blocked-uri"]).unwrap_or_default();
    Some(Report {
        directive: known_directive(directive),
        blocked: kind_of(blocked, page),
        count: count as u64,
    })
}

fn known_directive(reported: &str) -> &'static str {
    const KNOWN: [&str; 19] = [
        "base-uri",
        "child-src",
        "connect-src",
        "default-src",
        "font-src",
        "form-action",
        "frame-ancestors",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "worker-src",
    ];
    let name = reported.split(' ').next().unwrap_or_default();
    let known = KNOWN.into_iter().find(|known| *known == name);
    known.unwrap_or("other")
}

/// What was blocked, without its address.
fn kind_of(blocked: &str, page: &str) -> &'static str {
    match blocked {
        "inline" => "inline",
        "eval" => "eval",
        "wasm-eval" => "wasm-eval",
        "" => "unknown",
        address if address.starts_with("data") => "data",
        address if address.starts_with("blob") => "blob",
        address if origin(address).is_some_and(|at| Some(at) == origin(page)) => "same-origin",
        _ => "elsewhere",
    }
}

fn origin(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    address.get(..scheme.len() + "://".len() + host)
}

/// How many reports are read: a bucket that fills by itself.
#[derive(Clone)]
struct Allowance(Arc<Mutex<(u32, Instant)>>);

impl Allowance {
    fn new() -> Self {
        Self(Arc::new(Mutex::new((AT_ONCE, Instant::now()))))
    }

    fn take(&self) -> bool {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = &mut *bucket;
        let more = (since.elapsed().as_millis() / ONE_MORE_AFTER.as_millis())
            .min(u128::from(AT_ONCE)) as u32;
        if more > 0 {
            *left = (*left + more).min(AT_ONCE);
            *since = Instant::now();
        }
        let taken = left.checked_sub(1);
        *left = taken.unwrap_or(0);
        taken.is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_forms_of_a_report_are_read() {
        let old = json!({ "csp-report": {
            "document-uri": "https://chat.example/chat/1", "violated-directive": "img-src 'self'",
            "blocked-uri": "https://evil.example/secret.png",
        } });
        let of = |directive, blocked, count| {
            Some(Report {
                directive,
                blocked,
                count,
            })
        };
        assert_eq!(read(&old), of("img-src", "elsewhere", 1));
        let one = |blocked: &str| {
            json!({ "type": "csp-violation", "body": {
                "documentURL": "https://chat.example/chat/1", "effectiveDirective": "script-src-elem",
                "blockedURL": blocked,
            } })
        };
        let new = json!([{ "type": "deprecation" }, one("inline"), one("eval")]);
        assert_eq!(read(&new), of("script-src-elem", "inline", 2));
        let ours = json!([one("https://chat.example/pkg/x.js")]);
        assert_eq!(read(&ours), of("script-src-elem", "same-origin", 1));
    }

    #[test]
    fn nothing_that_somebody_made_up_is_told() {
        let made_up = json!({ "csp-report": {
            "effective-directive": "my secret", "blocked-uri": "https://x.org/my-secret",
        } });
        let told = read(&made_up).expect("a report");
        assert_eq!((told.directive, told.blocked), ("other", "elsewhere"));
        for nonsense in [json!(null), json!([]), json!({}), json!([1]), json!("x")] {
            assert_eq!(read(&nonsense), None, "{nonsense}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_are_read_and_then_one_now_and_then() {
        let allowance = Allowance::new();
        let taken = || (0..100).filter(|_| allowance.take()).count();
        assert_eq!(taken(), 30);
        tokio::time::advance(ONE_MORE_AFTER).await;
        assert_eq!(taken(), 1);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(taken(), 30);
    }
}
