//! What it costs the server to be observed: logs, metrics that are read, traces that are all sent.

use std::time::Duration;

use crate::{
    collector::Collector,
    load::{Load, Target},
    process::cpu_seconds,
    row::{Bound, Row, short},
    site::{self, Running, TOKENS_PER_SECOND},
    stage::Stage,
    stats::median,
};

const STREAMS: usize = 30;

fn load(length: Duration) -> Load {
    Load {
        people: STREAMS,
        tokens: (length.as_secs_f64() * TOKENS_PER_SECOND as f64) as usize,
        period: Duration::from_secs(1),
        length: Duration::from_secs(1),
    }
}

/// Two servers side by side, each with as many streams at the same time, so that what the machine does
/// meanwhile happens to both.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let mut collector = Collector::listen(&[]).await?;
    let endpoint = format!("http://{}", collector.addr);
    let management = site::free_address().await?;
    let (upstream, at) = (stage.upstream.addr, management.to_string());
    let told = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("MANAGEMENT_ADDR", at.as_str()),
    ];
    let silent = [("MANAGEMENT_ADDR", "off"), ("RUST_LOG", "off")];
    let observed = site::start_server(&stage.options, upstream, None, &told).await?;
    let alone = site::start_server(&stage.options, upstream, None, &silent).await?;
    collector.scrape(management);
    let (mut more, mut with, mut without) = (vec![], vec![], vec![]);
    for _ in 0..stage.options.windows() {
        let length = stage.options.window(10.0);
        let rounds = (stage.next_round(), stage.next_round());
        let (a, b) = tokio::join!(
            cost(&observed, length, rounds.0),
            cost(&alone, length, rounds.1)
        );
        let (a, b) = (a?, b?);
        more.push((a / b - 1.0) * 100.0);
        with.push(a);
        without.push(b);
    }
    observed.end().await?;
    alone.end().await?;
    let note = format!(
        "{} ms for 1,000 tokens, and {} ms with neither metrics nor log nor collector",
        short(median(&with)),
        short(median(&without))
    );
    Ok(vec![
        Row::new("observed: server CPU a token, 30 streams, up by", "%", more)
            .limit(Bound::AtMost(5.0))
            .note(note),
    ])
}

/// Milliseconds of processor time for 1,000 tokens.
async fn cost(server: &Running, length: Duration, round: usize) -> anyhow::Result<f64> {
    let before = cpu_seconds(server.pid)?;
    let outcome = load(length)
        .put_on(Target::Site(server.addr), round)
        .await?;
    let used = cpu_seconds(server.pid)? - before;
    Ok(used * 1_000.0 / (outcome.delays().len() as f64 / 1_000.0))
}
