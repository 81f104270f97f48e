//! 1,000 streams at once: nothing lost, and nobody waits.

use std::time::Duration;

use crate::{
    answer::times_among,
    load::{Load, Outcome, Target},
    process::cpu_seconds,
    row::{Bound, Row, short},
    site::TOKENS_PER_SECOND,
    stage::Stage,
    stats::{median, quantile, spread},
};

const STREAMS: usize = 1_000;
/// Within this they begin.
const BEGIN: Duration = Duration::from_secs(10);

fn load(streams: usize, length: Duration) -> Load {
    let tokens = (length.as_secs_f64() * TOKENS_PER_SECOND as f64) as usize;
    Load {
        people: streams,
        tokens,
        period: BEGIN,
        length: BEGIN,
    }
}

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let streams = stage.options.many(STREAMS);
    let mut trouble = String::new();
    let (mut lost, mut stall, mut delay, mut own, mut cores) =
        (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..stage.options.windows() {
        let round = stage.next_round();
        let direct = load(streams, stage.options.window(5.0))
            .put_on(stage.direct(), round)
            .await?;
        own.push(longest_stall(&direct));
        let length = stage.options.window(20.0);
        let (outcome, share) = on_the_site(stage, load(streams, length), round).await?;
        cores.push(share);
        trouble = outcome.trouble() + &trouble;
        lost.push(lost_tokens(&outcome, load(streams, length)) as f64);
        stall.push(longest_stall(&outcome));
        delay.push(quantile(&outcome.delays(), 0.99));
    }
    // Of what is lost, every window counts.
    let lost = vec![spread(&lost).1];
    let note = format!(
        "the upstream alone: {} ms; the server used {} cores{trouble}",
        short(median(&own)),
        short(median(&cores))
    );
    Ok(vec![
        Row::new(
            format!("{streams} streams of 50 tokens/s: tokens lost in all windows"),
            "",
            lost,
        )
        .limit(Bound::AtMost(0.0)),
        Row::new(
            format!("{streams} streams of 50 tokens/s: longest stall"),
            "ms",
            stall,
        )
        .limit(Bound::AtMost(200.0))
        .note(note),
        Row::new(
            format!("{streams} streams of 50 tokens/s: delay a token, p99"),
            "ms",
            delay,
        )
        .note("from the upstream's write to the reader, nothing subtracted"),
    ])
}

/// The outcome, and how many cores the server used meanwhile.
async fn on_the_site(stage: &Stage, load: Load, round: usize) -> anyhow::Result<(Outcome, f64)> {
    let target: Target = stage.site();
    let (begun, before) = (tokio::time::Instant::now(), cpu_seconds(stage.server.pid)?);
    let outcome = load.put_on(target, round).await?;
    let used = cpu_seconds(stage.server.pid)? - before;
    Ok((outcome, used / begun.elapsed().as_secs_f64()))
}

/// Tokens that did not arrive; an answer that did not end as complete counts as wholly lost.
fn lost_tokens(outcome: &Outcome, load: Load) -> usize {
    let expected = times_among(load.tokens);
    let of_answers: usize = outcome
        .answers
        .iter()
        .map(|a| {
            if a.complete {
                expected.abs_diff(a.delays.len())
            } else {
                expected
            }
        })
        .sum();
    of_answers + expected * load.people.saturating_sub(outcome.answers.len())
}

fn longest_stall(outcome: &Outcome) -> f64 {
    outcome.answers.iter().map(|a| a.stall).fold(0.0, f64::max)
}
