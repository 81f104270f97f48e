use reqwest::StatusCode;
use serde_json::json;
use time::macros::datetime;

use crate::support::{Site, id, start};

async fn press(site: &Site, path: &str) -> (StatusCode, String) {
    let answer = site.press(path, "same-origin").await;
    let to = answer.headers().get("location");
    let to = to.map(|to| to.to_str().expect("an address").to_owned());
    (answer.status(), to.unwrap_or_default())
}

#[tokio::test]
async fn a_card_is_declined_and_another_pays() {
    let site = start().await;
    let session = site.checkout("payment").await;
    let page = format!("/checkout/{}", id(&session));
    assert_eq!(session["url"], format!("{}{page}", site.url));
    let shown = site.page(&page).await;
    for word in [
        "Sandbox: no real money",
        "Plan 2000",
        "$20.00",
        "Pay",
        "Decline",
        "3-D Secure",
    ] {
        assert!(shown.contains(word), "{word} in {shown}");
    }
    let (_, to) = press(&site, &format!("{page}/decline")).await;
    assert_eq!(to, format!("{page}?declined"));
    assert!(site.page(&to).await.contains("Your card was declined."));
    let open = site
        .get(&format!("checkout/sessions/{}", id(&session)))
        .await;
    assert_eq!(
        (&open["status"], &open["payment_status"]),
        (&json!("open"), &json!("unpaid"))
    );
    let (_, to) = press(&site, &format!("{page}/pay")).await;
    assert_eq!(to, format!("http://site.example/done?s={}", id(&session)));
    // Pressed twice.
    assert_eq!(press(&site, &format!("{page}/pay")).await.1, to);
    let charges = site.get("charges").await;
    let paid = charges["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|c| c["paid"] == true);
    assert_eq!(paid.count(), 1);
    let completed = "checkout.session.completed";
    assert_eq!(
        site.events().await.last().map(String::as_str),
        Some(completed)
    );
}

#[tokio::test]
async fn three_d_secure_takes_a_second_step() {
    let site = start().await;
    let session = site.checkout("payment").await;
    let page = format!("/checkout/{}", id(&session));
    assert_eq!(
        press(&site, &format!("{page}/confirm")).await.0,
        StatusCode::BAD_REQUEST
    );
    press(&site, &format!("{page}/authenticate")).await;
    assert!(site.page(&page).await.contains("Your bank asks"));
    press(&site, &format!("{page}/refuse")).await;
    press(&site, &format!("{page}/authenticate")).await;
    let (_, to) = press(&site, &format!("{page}/confirm")).await;
    assert!(to.starts_with("http://site.example/"), "{to}");
}

#[tokio::test]
async fn another_sites_page_cannot_press_a_button() {
    let site = start().await;
    let session = site.checkout("payment").await;
    let pay = format!("/checkout/{}/pay", id(&session));
    for other in ["cross-site", "same-site"] {
        assert_eq!(
            site.press(&pay, other).await.status(),
            StatusCode::FORBIDDEN
        );
    }
    let open = site
        .get(&format!("checkout/sessions/{}", id(&session)))
        .await;
    assert_eq!(open["status"], "open");
}

#[tokio::test]
async fn the_portal_changes_cancels_resumes_and_goes_on_to_the_renewal() {
    let site = start().await;
    let customer = site.post("customers", "").await;
    let session = site.checkout_of(id(&customer), "subscription", 1_000).await;
    press(&site, &format!("/checkout/{}/pay", id(&session))).await;
    let dearer = site.price(true, 3_000).await;
    let visit = format!(
        "customer={}&return_url=http://site.example/billing",
        id(&customer)
    );
    let visit = site.post("billing_portal/sessions", &visit).await;
    let portal = format!("/portal/{}", id(&visit));
    assert!(site.page(&portal).await.contains("Sandbox: no real money"));

    press(&site, &format!("{portal}/{}", id(&dearer))).await;
    let upgrade = &site.get("invoices").await["data"][0];
    assert_eq!(
        (&upgrade["total"], &upgrade["status"]),
        (&json!(2_000), &json!("paid"))
    );

    press(&site, &format!("{portal}/cancel")).await;
    assert!(site.page(&portal).await.contains("ends with this period"));
    press(&site, &format!("{portal}/resume")).await;
    press(&site, &format!("{portal}/advance")).await;
    let now = &site.get("subscriptions").await["data"][0];
    let end = &now["items"]["data"][0]["current_period_end"];
    assert_eq!(*end, datetime!(2026-03-31 10:00 UTC).unix_timestamp());
    assert_eq!(site.get("invoices").await["data"][0]["amount_paid"], 3_000);

    press(&site, &format!("{portal}/bad-card")).await;
    press(&site, &format!("{portal}/advance")).await;
    assert_eq!(
        site.get("subscriptions").await["data"][0]["status"],
        "past_due"
    );
    press(&site, &format!("{portal}/good-card")).await;
    assert_eq!(
        site.get("subscriptions").await["data"][0]["status"],
        "active"
    );

    press(&site, &format!("{portal}/cancel")).await;
    press(&site, &format!("{portal}/advance")).await;
    assert_eq!(site.get("subscriptions").await["data"], json!([]));
    assert_eq!(
        site.get("subscriptions?status=canceled").await["data"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_card_that_keeps_declining_ends_the_subscription() {
    let site = start().await;
    let session = site.checkout("subscription").await;
    press(&site, &format!("/checkout/{}/pay", id(&session))).await;
    let customer = session["customer"].as_str().expect("an id");
    site.post(
        &format!("test_helpers/customers/{customer}/card"),
        "pays=false",
    )
    .await;
    let spring = datetime!(2026-03-16 0:00 UTC).unix_timestamp();
    site.post(
        "test_helpers/test_clocks/sandbox/advance",
        &format!("frozen_time={spring}"),
    )
    .await;
    let ended = &site.get("subscriptions?status=all").await["data"][0];
    assert_eq!(ended["status"], "canceled");
    // The first attempt on 28 February, then after 3, 5 and 7 days.
    assert_eq!(
        ended["ended_at"],
        datetime!(2026-03-15 10:00 UTC).unix_timestamp()
    );
    let failed = site
        .events()
        .await
        .iter()
        .filter(|k| *k == "invoice.payment_failed")
        .count();
    assert_eq!(failed, 4);
}

#[tokio::test]
async fn half_of_a_period_costs_half_of_the_difference() {
    let site = start().await;
    let customer = site.post("customers", "").await;
    let session = site.checkout_of(id(&customer), "subscription", 1_000).await;
    press(&site, &format!("/checkout/{}/pay", id(&session))).await;
    let half = datetime!(2026-02-14 10:00 UTC).unix_timestamp();
    site.post(
        "test_helpers/test_clocks/sandbox/advance",
        &format!("frozen_time={half}"),
    )
    .await;
    let price = site.price(true, 3_001).await;
    let subscription = site.get("subscriptions").await["data"][0].clone();
    let item = &subscription["items"]["data"][0];
    let change = format!(
        "items[0][id]={}&items[0][price]={}&proration_behavior=always_invoice&payment_behavior=error_if_incomplete",
        id(item),
        id(&price)
    );
    let path = format!("subscriptions/{}", id(&subscription));
    let customer = id(&customer);
    let card = format!("test_helpers/customers/{customer}/card");
    site.post(&card, "pays=false").await;
    let (status, body) = site.ask(&path, &change, None).await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (StatusCode::PAYMENT_REQUIRED, &json!("card_error"))
    );
    assert_eq!(site.get(&path).await["items"], subscription["items"]);
    site.post(&card, "pays=true").await;
    site.post(&path, &change).await;
    let lines = site.get("invoices").await["data"][0]["lines"]["data"].clone();
    // 14 of 28 days, to the nearest cent.
    assert_eq!(
        (&lines[0]["amount"], &lines[1]["amount"]),
        (&json!(-500), &json!(1_501))
    );
}
