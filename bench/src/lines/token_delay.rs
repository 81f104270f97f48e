//! What the site adds to a token's way, and what a token costs the server, with 30 streams.

use std::time::Duration;

use crate::{
    load::Load,
    process::cpu_seconds,
    row::{Bound, Row, short},
    site::TOKENS_PER_SECOND,
    stage::Stage,
    stats::{median, quantile},
};

const STREAMS: usize = 30;

/// One answer a person, begun within a second, written all the time.
fn load(length: Duration) -> Load {
    Load {
        people: STREAMS,
        tokens: (length.as_secs_f64() * TOKENS_PER_SECOND as f64) as usize,
        period: Duration::from_secs(1),
        // The next question would come after this.
        length: Duration::from_secs(1),
    }
}

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let (mut p50, mut p99, mut cost) = (vec![], vec![], vec![]);
    let (mut own50, mut own99) = (vec![], vec![]);
    for _ in 0..stage.options.windows() {
        let round = stage.next_round();
        let direct = load(stage.options.window(5.0))
            .put_on(stage.direct(), round)
            .await?
            .delays();
        let before = cpu_seconds(stage.server.pid)?;
        let site = load(stage.options.window(10.0))
            .put_on(stage.site(), round)
            .await?
            .delays();
        let used = cpu_seconds(stage.server.pid)? - before;
        let own = quantile(&direct, 0.5);
        p50.push(quantile(&site, 0.5) - own);
        p99.push(quantile(&site, 0.99) - own);
        cost.push(used * 1_000.0 / (site.len() as f64 / 1_000.0));
        own50.push(own);
        own99.push(quantile(&direct, 0.99));
    }
    let note = format!(
        "the upstream alone: p50 {} ms, p99 {} ms",
        short(median(&own50)),
        short(median(&own99))
    );
    Ok(vec![
        Row::new("added delay a token, 30 streams, p50", "ms", p50),
        Row::new("added delay a token, 30 streams, p99", "ms", p99)
            .limit(Bound::AtMost(2.0))
            .goal(Bound::AtMost(0.25))
            .note(note),
        Row::new("server CPU for 1,000 tokens, 30 streams", "ms", cost)
            .note("whole requests, from form post to the stored end"),
    ])
}
