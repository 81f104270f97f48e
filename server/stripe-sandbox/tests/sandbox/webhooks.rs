use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;
use time::{Duration, macros::datetime};
use tokio::{net::TcpListener, sync::Notify};

use crate::support::{id, start_telling};

#[derive(Clone, Default)]
struct Endpoint {
    seen: Arc<Mutex<Vec<(String, Value)>>>,
    refuses: Arc<Mutex<usize>>,
    news: Arc<Notify>,
}

impl Endpoint {
    async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let router = Router::new()
            .route("/hook", post(take))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{addr}/hook")
    }

    /// Waits until so many have come.
    async fn wait_for(&self, count: usize) -> Vec<(String, Value)> {
        let all = async {
            loop {
                let seen = self.seen.lock().expect("a lock").clone();
                if seen.len() >= count {
                    return seen;
                }
                self.news.notified().await;
            }
        };
        let bound = std::time::Duration::from_secs(20);
        tokio::time::timeout(bound, all).await.expect("webhooks")
    }
}

async fn take(State(endpoint): State<Endpoint>, headers: HeaderMap, body: String) -> StatusCode {
    let signature = headers["stripe-signature"]
        .to_str()
        .expect("text")
        .to_owned();
    let t = signature.split_once(',').expect("two parts").0;
    let t = t
        .strip_prefix("t=")
        .expect("a time")
        .parse()
        .expect("a number");
    let expected = stripe_sandbox::signature(&body, &"whsec_sandbox".into(), t);
    assert_eq!(signature, expected);
    let event = serde_json::from_str(&body).expect("JSON");
    endpoint
        .seen
        .lock()
        .expect("a lock")
        .push((signature, event));
    endpoint.news.notify_one();
    let mut refuses = endpoint.refuses.lock().expect("a lock");
    if *refuses > 0 {
        *refuses -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    StatusCode::OK
}

#[tokio::test]
async fn every_event_is_delivered_signed_at_the_real_time() {
    let endpoint = Endpoint::default();
    let site = start_telling(endpoint.listen().await).await;
    let session = site.checkout("payment").await;
    site.press(&format!("/checkout/{}/pay", id(&session)), "same-origin")
        .await;
    let events = site.events().await;
    let seen = endpoint.wait_for(events.len()).await;
    for kind in &events {
        assert!(
            seen.iter().any(|(_, event)| event["type"] == **kind),
            "{kind}"
        );
    }
    let now = datetime!(2026-01-31 10:00 UTC).unix_timestamp();
    assert!(
        seen.iter()
            .all(|(signature, _)| signature.starts_with(&format!("t={now},v1=")))
    );
}

#[tokio::test]
async fn what_was_not_taken_comes_again() {
    let endpoint = Endpoint::default();
    *endpoint.refuses.lock().expect("a lock") = 2;
    let site = start_telling(endpoint.listen().await).await;
    site.post("customers", "").await;
    // Again and again, as the clock goes on.
    let clock = site.clock.clone();
    let goes_on = async move {
        let mut beats = tokio::time::interval(std::time::Duration::from_millis(20));
        loop {
            beats.tick().await;
            clock.advance(Duration::seconds(1));
        }
    };
    let seen = tokio::select! {
        seen = endpoint.wait_for(3) => seen,
        () = goes_on => Vec::new(),
    };
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|(_, event)| event["id"] == seen[0].1["id"]));
}
