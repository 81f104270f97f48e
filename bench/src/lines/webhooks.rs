//! A burst of webhooks: people buy credit at the sandbox, which stands in for Stripe and tells nobody; then all
//! that it would have told comes at once, and every event twice.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use hyper::{StatusCode, header};
use kernel::Clock;
use secrecy::SecretString;
use serde_json::Value;
use stripe_sandbox::Sandbox;
use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    client::{Connection, from_the_page, get, post, post_form},
    database, people,
    row::{Bound, Row, short},
    stage::Stage,
    stats::{median, quantile},
};

/// Purchases in a window.
const PURCHASES: usize = 1_000;
/// Webhooks on their way at once.
const AT_ONCE: usize = 30;
/// Purchases on their way at once.
const BUYERS: usize = 8;
const OFFER: &str = "pack-5";
const KEY: &str = "sk_test_sandbox";
const SECRET: &str = "whsec_bench";

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let stripe = sandbox().await?;
    let base = format!("http://{stripe}");
    let settings = [
        ("STRIPE_SECRET_KEY", KEY),
        ("STRIPE_WEBHOOK_SECRET", SECRET),
        ("STRIPE_API_BASE", &base),
        ("CREDIT_PACKS", "5/5"),
    ];
    stage.restart_with(&settings).await?;
    let purchases = stage.options.many(PURCHASES);
    let (mut p99, mut p50, mut credited) = (vec![], vec![], vec![]);
    let mut lost = 0;
    for window in 1..=stage.options.windows() as usize {
        buy(stage.server.addr, stripe, purchases).await?;
        let events = completed(stripe, purchases).await?;
        let begun = Instant::now();
        let times = deliver(stage.server.addr, events).await?;
        ensure!(times.len() == 2 * purchases, "not every webhook was taken");
        p99.push(quantile(&times, 0.99));
        p50.push(quantile(&times, 0.5));
        lost += wait_for_credit(window * purchases).await?;
        credited.push(begun.elapsed().as_secs_f64());
    }
    stage.restart(None).await?;
    let times = format!("{purchases} webhooks at once, each twice");
    Ok(vec![
        Row::new(format!("{times}: answered with 2xx, p99"), "ms", p99)
            .limit(Bound::AtMost(50.0))
            .note(format!(
                "p50 {} ms; {AT_ONCE} on their way; all credited after {} s",
                short(median(&p50)),
                short(median(&credited))
            )),
        Row::new(
            format!("{times}: purchases not credited, or more than once"),
            "",
            vec![f64::from(lost)],
        )
        .limit(Bound::AtMost(0.0)),
    ])
}

/// In a thread of its own, which ends with the process.
async fn sandbox() -> anyhow::Result<SocketAddr> {
    let (tell, listening) = oneshot::channel();
    std::thread::spawn(move || -> anyhow::Result<()> {
        let options = stripe_sandbox::Options {
            secret_key: KEY.into(),
            base_url: String::new(),
            webhooks: None,
            file: None,
            production: false,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let here = SocketAddr::from(([127, 0, 0, 1], 0));
            let (_sandbox, addr, _) = Sandbox::spawn(options, Clock::system(), here).await?;
            // Nobody waits any more: the benchmark has ended.
            let _ = tell.send(addr);
            std::future::pending().await
        })
    });
    listening.await.context("the sandbox did not start")
}

/// Everybody buys a pack, by the form of the billing page and the checkout's.
async fn buy(site: SocketAddr, stripe: SocketAddr, purchases: usize) -> anyhow::Result<()> {
    let mut buyers = JoinSet::new();
    for first in 1..=BUYERS {
        buyers.spawn(async move {
            let mut at_site = Connection::open(site).await?;
            let mut at_stripe = Connection::open(stripe).await?;
            for person in (first..=purchases).step_by(BUYERS) {
                let id = Clock::system().uuid().to_string();
                let fields = [("checkout_id", &*id), ("offer", OFFER)];
                let (_, form) = post_form("", &fields);
                let request = from_the_page(post("/api/fn/payments/buy"))
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header(header::ACCEPT, "text/html");
                let request = people::signed_in(request, person)?;
                let answer = at_site.send(request, form).await?;
                let page = answer.headers().get(header::LOCATION).cloned();
                let page = page.with_context(|| format!("no checkout: {}", answer.status()))?;
                let path = page.to_str()?.replace(&format!("http://{stripe}"), "");
                let pay = post(&format!("{path}/pay")).header("sec-fetch-site", "same-origin");
                let (status, _) = at_stripe.fetch(pay, "").await?;
                ensure!(status.is_redirection(), "paying at {path}: {status}");
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = buyers.join_next().await {
        done??;
    }
    Ok(())
}

/// What the sandbox has to tell of the last so many purchases.
async fn completed(stripe: SocketAddr, purchases: usize) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(stripe).await?;
    let (mut events, mut after) = (vec![], String::new());
    while events.len() < purchases {
        let request = get(&format!(
            "/v1/events?type=checkout.session.completed&limit=100{after}"
        ))
        .header(header::AUTHORIZATION, format!("Bearer {KEY}"));
        let (status, page) = connection.fetch(request, "").await?;
        ensure!(status == StatusCode::OK, "events: {status}");
        let page: Value = serde_json::from_slice(&page)?;
        let page = page["data"].as_array().context("no list")?;
        let last = page.last().context("too few events")?;
        after = format!(
            "&starting_after={}",
            last["id"].as_str().unwrap_or_default()
        );
        events.extend(page.iter().map(Value::to_string));
    }
    events.truncate(purchases);
    Ok(events)
}

/// Delivers each twice; the times to the answer, in milliseconds, of those that were taken.
async fn deliver(site: SocketAddr, events: Vec<String>) -> anyhow::Result<Vec<f64>> {
    let secret = SecretString::from(SECRET);
    let mut senders = JoinSet::new();
    for first in 0..AT_ONCE {
        let all = events.iter().chain(&events).skip(first).step_by(AT_ONCE);
        let mine: Vec<_> = all.cloned().collect();
        let secret = secret.clone();
        senders.spawn(async move {
            let mut connection = Connection::open(site).await?;
            let mut times = vec![];
            for event in mine {
                let now = Clock::system().now().unix_timestamp();
                let signature = stripe_sandbox::signature(&event, &secret, now);
                let request = post("/webhooks/stripe")
                    .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
                    .header("stripe-signature", signature);
                let begun = Instant::now();
                let (status, _) = connection.fetch(request, event).await?;
                if status.is_success() {
                    times.push(begun.elapsed().as_secs_f64() * 1_000.0);
                }
            }
            anyhow::Ok(times)
        });
    }
    let mut times = vec![];
    while let Some(done) = senders.join_next().await {
        times.extend(done??);
    }
    Ok(times)
}

/// Waits until so many purchases are booked; how many are missing, or too many.
async fn wait_for_credit(purchases: usize) -> anyhow::Result<u32> {
    const WAITING: &str = "select count(*) from webhook_inbox where processed_at is null";
    const BOOKED: &str =
        "select count(*) from credit_lots where kind = 'bought' and payment like 'pi\\_%'";
    let begun = Instant::now();
    while database::run(WAITING, &[]).await? != "0" {
        ensure!(begun.elapsed().as_secs() < 120, "the jobs do not end");
        sleep(std::time::Duration::from_millis(100)).await;
    }
    let booked: usize = database::run(BOOKED, &[]).await?.parse()?;
    Ok(u32::try_from(booked.abs_diff(purchases))?)
}
