//! Opening a conversation of 10,000 messages.

use anyhow::ensure;
use hyper::{StatusCode, header, http::request::Builder};
use tokio::time::Instant;

use crate::{
    client::{BROWSER_ENCODINGS, Connection, get},
    people,
    row::{Bound, Row, short},
    stage::Stage,
    stats::{median, quantile},
};

const MESSAGES: usize = 10_000;

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let messages = stage.options.many(MESSAGES);
    let conversation = stage.conversation(messages).await?;
    let path = format!("/chat/{conversation}");
    let mut connection = Connection::open(stage.server.addr).await?;
    let page = || people::signed_in(get(&path).header(header::ACCEPT, "text/html"), 1);
    let packed = || Ok(page()?.header(header::ACCEPT_ENCODING, BROWSER_ENCODINGS));
    let trivial = || Ok(get("/health/live"));
    let (mut p50, mut p99, mut plain50, mut least) = (vec![], vec![], vec![], vec![]);
    let (mut sizes, mut plain_size) = (vec![], 0);
    for _ in 0..stage.options.windows() {
        let (times, size) = many(stage, &mut connection, packed).await?;
        p50.push(quantile(&times, 0.5));
        p99.push(quantile(&times, 0.99));
        sizes.push(size as f64 / 1_000.0);
        let (times, size) = many(stage, &mut connection, page).await?;
        plain50.push(quantile(&times, 0.5));
        plain_size = size;
        let (times, _) = many(stage, &mut connection, trivial).await?;
        least.push(quantile(&times, 0.5));
    }
    let note = format!(
        "to the last byte, compressed; p99 {} ms; not compressed p50 {} ms; a trivial request {} ms",
        short(median(&p99)),
        short(median(&plain50)),
        short(median(&least))
    );
    Ok(vec![
        Row::new(
            format!("open a conversation of {messages} messages: server time, p50"),
            "ms",
            p50,
        )
        .limit(Bound::AtMost(10.0))
        .note(note),
        Row::new(
            format!("open a conversation of {messages} messages: compressed HTML"),
            "KB",
            sizes,
        )
        .limit(Bound::AtMost(60.0))
        .note(format!(
            "{} KB before compression",
            short(plain_size as f64 / 1_000.0)
        )),
    ])
}

/// Asks again and again, one request at a time; times in milliseconds, and the last size in bytes.
async fn many(
    stage: &Stage,
    connection: &mut Connection,
    request: impl Fn() -> anyhow::Result<Builder>,
) -> anyhow::Result<(Vec<f64>, usize)> {
    let (mut times, mut last) = (vec![], 0);
    for _ in 0..stage.options.many(100) {
        let request = request()?;
        let begun = Instant::now();
        let (status, size) = connection.size(request).await?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        ensure!(status == StatusCode::OK, "the page: {status}");
        last = size;
    }
    Ok((times, last))
}
