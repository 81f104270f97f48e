//! Pages a second, with one core for the server alone. What it leaves of the core because Postgres and the
//! generator on the others are slower is not counted against it.

use std::time::Duration;

use anyhow::ensure;
use hyper::{StatusCode, header};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    client::{BROWSER_ENCODINGS, Connection, get},
    people,
    process::cpu_seconds,
    row::{Bound, Row, short},
    stage::Stage,
    stats::median,
};

/// Each asks for the next page when it has the one before.
const CONNECTIONS: usize = 16;

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let conversation = stage.conversation(50).await?;
    stage.give_the_server_a_core().await?;
    let measured = on_one_core(stage, &format!("/chat/{conversation}")).await;
    // Also when that failed: the next lines want the other core.
    stage.share_the_cores().await?;
    measured
}

async fn on_one_core(stage: &Stage, chat: &str) -> anyhow::Result<Vec<Row>> {
    let kinds = [
        ("landing page", "/", None, Some(8_000.0)),
        (
            "landing page, compressed",
            "/",
            Some(BROWSER_ENCODINGS),
            None,
        ),
        ("signed-in chat of 50 messages", chat, None, Some(1_000.0)),
        (
            "signed-in chat of 50 messages, compressed",
            chat,
            Some(BROWSER_ENCODINGS),
            None,
        ),
    ];
    let mut windows = kinds.map(|_| (vec![], vec![], 0));
    for _ in 0..stage.options.windows() {
        for ((_, path, encodings, _), (rates, shares, size)) in kinds.iter().zip(&mut windows) {
            let done = visit(stage, path, *encodings).await?;
            rates.push(done.pages_a_second);
            shares.push(done.core_used);
            *size = done.page_bytes;
        }
    }
    let rows = kinds
        .iter()
        .zip(windows)
        .map(|((name, _, _, limit), (rates, shares, size))| {
            let of_a_core = rates
                .iter()
                .zip(&shares)
                .map(|(rate, share)| rate / share.max(0.01));
            let row = Row::new(
                format!("pages for a second of the server's core: {name}"),
                "",
                of_a_core.collect(),
            )
            .note(format!(
                "{} KB a page; {} a second, for which the server used {} of its core",
                short(size as f64 / 1_000.0),
                short(median(&rates)),
                short(median(&shares)),
            ));
            limit.map_or(row.clone(), |limit| row.limit(Bound::AtLeast(limit)))
        });
    Ok(rows.collect())
}

struct Visit {
    pages_a_second: f64,
    core_used: f64,
    page_bytes: usize,
}

async fn visit(
    stage: &Stage,
    path: &str,
    encodings: Option<&'static str>,
) -> anyhow::Result<Visit> {
    let mut visitors = JoinSet::new();
    let mut connections = vec![];
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(stage.server.addr).await?);
    }
    let (begun, before) = (Instant::now(), cpu_seconds(stage.server.pid)?);
    let end = begun + stage.options.window(4.0);
    for connection in connections {
        visitors.spawn(come_again(connection, path.to_owned(), encodings, end));
    }
    let (mut pages, mut page_bytes) = (0, 0);
    while let Some(visited) = visitors.join_next().await {
        let (count, size) = visited??;
        pages += count;
        page_bytes = size;
    }
    let took = begun.elapsed().max(Duration::from_millis(1)).as_secs_f64();
    Ok(Visit {
        pages_a_second: f64::from(pages) / took,
        core_used: (cpu_seconds(stage.server.pid)? - before) / took,
        page_bytes,
    })
}

/// The landing page is for visitors; a conversation for whom it belongs to.
async fn come_again(
    mut connection: Connection,
    path: String,
    encodings: Option<&'static str>,
    end: Instant,
) -> anyhow::Result<(u32, usize)> {
    let (mut count, mut last) = (0, 0);
    while Instant::now() < end {
        let mut request = get(&path).header(header::ACCEPT, "text/html");
        if path != "/" {
            request = people::signed_in(request, 1)?;
        }
        if let Some(encodings) = encodings {
            request = request.header(header::ACCEPT_ENCODING, encodings);
        }
        let (status, size) = connection.size(request).await?;
        ensure!(status == StatusCode::OK, "{path}: {status}");
        (count, last) = (count + 1, size);
    }
    Ok((count, last))
}
