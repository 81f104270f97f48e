//! Readers that come and go, on one process and on another.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::Instant;

use crate::{
    alone,
    people::Person,
    proxy::Proxy,
    reader::{Page, Reader},
    servers::{Server, patience, provider, traffic, url_of},
    stored,
};

/// Blocks of several kinds, at a readable pace.
fn written(speed: u32) -> String {
    let text = "# A title\n\nSome *text* with `code`, and a list:\n\n- one\n- two\n  - three\n\n\
        | a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n\nAn end with ünïcödé 👩‍💻.\n\n";
    format!("[[speed: {speed}]] [[say: {}]]", text.repeat(2).trim_end())
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_id_that_was_sent_leads_to_the_same_text(pool: PgPool) {
    let _alone = alone().await;
    let (url, provider) = (url_of(&pool), provider().await);
    let here = Server::start(&url, provider, &[]).await;
    let there = Server::start(&url, provider, &[]).await;
    let ada = Person::new(&pool).await;
    let sent = ada.say(&here, &written(100)).await;
    let mut first = ada.follow(&here, &sent.generation, None).await;
    let mut elsewhere = ada.follow(&there, &sent.generation, None).await;
    let (events, _) = tokio::join!(first.rest(), elsewhere.rest());
    let stored = stored::answer(&pool, &sent).await;
    assert_eq!(stored.status, "complete");
    let html = stored.html.expect("HTML");
    assert_eq!(first.page.html(), html);
    assert_eq!(elsewhere.page.html(), html, "on the other process");

    let mut page = Page::default();
    let mut resumed = 0;
    for event in events {
        if let Some(step) = &event.step {
            page.take(step);
        }
        let id = event.id.expect("an id on every event");
        // One that was cut off right there, and comes back to either process.
        let server = if resumed % 2 == 0 { &here } else { &there };
        let mut back = ada.follow(server, &sent.generation, Some(id)).await;
        back = back.with_page(page.clone());
        back.rest().await;
        assert_eq!(back.page.html(), html, "from {id}");
        resumed += 1;
    }
    assert!(resumed > 20, "{resumed}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_reader_whose_network_breaks_comes_back_and_misses_nothing(pool: PgPool) {
    let _alone = alone().await;
    let server = Server::start(&url_of(&pool), provider().await, &[]).await;
    let network = Proxy::to((server.addr.ip().to_string(), server.addr.port())).await;
    let base = format!("http://{}", network.addr);
    let ada = Person::new(&pool).await;
    let sent = ada.say(&server, &written(60)).await;
    let (mut page, mut last, mut breaks) = (Page::default(), None, 0);
    loop {
        let response = ada.ask_to_follow(&base, &sent.generation, last).await;
        let Ok(response) = response else {
            network.mend();
            continue;
        };
        let mut reader = Reader::new(response).with_page(page.clone());
        // Twice in the middle the network goes away, for as long as it takes to try again.
        let wanted = last.unwrap_or_default() + if breaks < 2 { 60 } else { usize::MAX / 2 };
        while reader.last_id.unwrap_or_default() < wanted {
            if !matches!(reader.next().await, Ok(Some(_))) {
                break;
            }
        }
        (page, last) = (reader.page.clone(), reader.last_id.or(last));
        if page.status.is_some() {
            break;
        }
        breaks += 1;
        network.cut();
        assert!(reader.rest_or_break().await, "the connection is broken");
    }
    assert_eq!(breaks, 2);
    let stored = stored::answer(&pool, &sent).await;
    assert_eq!(stored.status, "complete");
    assert_eq!(Some(page.html()), stored.html);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn stopping_in_any_process_reaches_the_provider_within_200_ms(pool: PgPool) {
    let _alone = alone().await;
    let (url, provider) = (url_of(&pool), provider().await);
    let here = Server::start(&url, provider, &[]).await;
    let there = Server::start(&url, provider, &[]).await;
    let ada = Person::new(&pool).await;
    let mut times = Vec::new();
    for stopping in [&there, &here, &there] {
        let sent = ada.say(&here, "[[tokens: 100000]] [[speed: 100]]").await;
        let mut reader = ada.follow(&here, &sent.generation, None).await;
        reader.until(100).await;
        let before = traffic(provider, "disconnected").await;
        let begun = Instant::now();
        let fields = [("generation_id", sent.generation.as_str())];
        let stop = ada.post(stopping, "/api/fn/chat/stop", &fields);
        let reached = async {
            while traffic(provider, "disconnected").await == before {
                tokio::task::yield_now().await;
            }
            begun.elapsed()
        };
        let (answer, took) = tokio::join!(stop, reached);
        assert!(answer.expect("an answer").status().is_success());
        times.push(took);
        reader.rest().await;
        let stored = stored::answer(&pool, &sent).await;
        assert_eq!(stored.status, "stopped");
        assert!(stored.body.len() >= 100, "what arrived is kept");
        assert_eq!(Some(reader.page.html()), stored.html);
    }
    println!("stopped after {times:?}");
    // The median: the machine may be busy with something else once.
    times.sort_unstable();
    assert!(times[1] < patience(Duration::from_millis(200)), "{times:?}");
}
