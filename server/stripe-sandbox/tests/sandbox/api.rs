use kernel::Clock;
use reqwest::StatusCode;
use serde_json::json;
use stripe_sandbox::{CannotStart, Options, Sandbox};
use time::{Duration, macros::datetime};

use crate::support::{id, options, start, start_keeping};

#[tokio::test]
async fn the_same_key_gets_the_same_answer_and_with_other_parameters_none() {
    let site = start().await;
    let (_, first) = site.ask("customers", "name=Ada", Some("k1")).await;
    let (_, again) = site.ask("customers", "name=Ada", Some("k1")).await;
    assert_eq!(first, again);
    let (status, refused) = site.ask("customers", "name=Eve", Some("k1")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(refused["error"]["type"], "idempotency_error");
    let (_, other) = site.ask("customers", "name=Ada", Some("k2")).await;
    assert_ne!(id(&first), id(&other));
    // Stripe forgets a key after a day.
    site.clock.advance(Duration::hours(25));
    let (_, later) = site.ask("customers", "name=Ada", Some("k1")).await;
    assert_ne!(id(&first), id(&later));
}

#[tokio::test]
async fn a_list_comes_in_pages_that_leave_nothing_out() {
    let site = start().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(id(&site.post("customers", "").await).to_owned());
    }
    made.reverse();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = site.get(&format!("customers?limit=3{after}")).await;
        for customer in page["data"].as_array().expect("a list") {
            seen.push(id(customer).to_owned());
        }
        if page["has_more"] == false {
            break;
        }
        after = format!("&starting_after={}", seen.last().expect("one"));
    }
    assert_eq!(seen, made);
    let (none, far) = (
        "customers?created[gt]=1769853600",
        "customers?created[gte]=1769853600",
    );
    assert_eq!(site.get(none).await["data"], json!([]));
    assert_eq!(
        site.get(far).await["data"].as_array().map(Vec::len),
        Some(7)
    );
}

#[tokio::test]
async fn errors_are_told_as_stripe_tells_them() {
    let site = start().await;
    let missing = site.get("customers/cus_none").await;
    assert_eq!(missing["error"]["code"], "resource_missing");
    assert_eq!(missing["error"]["type"], "invalid_request_error");
    let (status, body) = site.ask("checkout/sessions", "mode=payment", None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"]["param"], "customer");
    let stranger = reqwest::Client::new()
        .get(format!("{}/v1/customers", site.url))
        .bearer_auth("sk_test_other")
        .send()
        .await
        .expect("an answer");
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        site.get("nothing/at/all").await["error"]["type"],
        "invalid_request_error"
    );
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let before = start_keeping(file.clone()).await;
    let session = before.checkout("subscription").await;
    before
        .press(&format!("/checkout/{}/pay", id(&session)), "same-origin")
        .await;
    let (known, events) = (before.get("subscriptions").await, before.events().await);
    let (_, customer) = before.ask("customers", "name=Ada", Some("k1")).await;
    drop(before);
    let after = start_keeping(file).await;
    assert_eq!(after.get("subscriptions").await, known);
    assert_eq!(after.events().await[..events.len()], events);
    assert_eq!(
        after.ask("customers", "name=Ada", Some("k1")).await.1,
        customer
    );
}

#[tokio::test]
async fn more_than_was_paid_is_not_refunded() {
    let site = start().await;
    let session = site.checkout("payment").await;
    site.press(&format!("/checkout/{}/pay", id(&session)), "same-origin")
        .await;
    let session = site
        .get(&format!("checkout/sessions/{}", id(&session)))
        .await;
    let intent = session["payment_intent"].as_str().expect("paid");
    site.post("refunds", &format!("payment_intent={intent}&amount=500"))
        .await;
    let (status, _) = site
        .ask(
            "refunds",
            &format!("payment_intent={intent}&amount=1501"),
            None,
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    site.post("refunds", &format!("payment_intent={intent}"))
        .await;
    let charge = &site.get(&format!("charges?payment_intent={intent}")).await["data"][0];
    assert_eq!(
        (&charge["amount_refunded"], &charge["refunded"]),
        (&json!(2_000), &json!(true))
    );
}

#[test]
fn it_does_not_start_in_production_nor_with_a_live_key() {
    let clock = Clock::fixed(datetime!(2026-01-31 10:00 UTC));
    let production = Options {
        production: true,
        ..options()
    };
    assert!(matches!(
        Sandbox::open(production, clock.clone()),
        Err(CannotStart::InProduction)
    ));
    let live = Options {
        secret_key: "sk_live_x".into(),
        ..options()
    };
    assert!(matches!(
        Sandbox::open(live, clock),
        Err(CannotStart::LiveKey)
    ));
}
