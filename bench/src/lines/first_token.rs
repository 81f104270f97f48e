//! From the form post to the first token by SSE, above what the upstream takes by itself.

use std::time::Duration;

use crate::{
    load::Load,
    row::{Bound, Row, short},
    stage::Stage,
    stats::{median, quantile},
};

/// People ask every 1.5 s and get 50 tokens, which take 1.25 s: most of them read at any moment.
pub fn load(people: usize, length: Duration) -> Load {
    Load {
        people,
        tokens: 50,
        period: Duration::from_millis(1_500),
        length,
    }
}

/// Measures it with so many people.
pub async fn measure(stage: &mut Stage, people: usize) -> anyhow::Result<Vec<Row>> {
    let (mut p50, mut p99, mut own50, mut own99) = (vec![], vec![], vec![], vec![]);
    let (mut trouble, mut asked) = (String::new(), 0);
    for _ in 0..stage.options.windows() {
        let round = stage.next_round();
        let length = stage.options.window(6.0);
        let direct = load(people, length)
            .put_on(stage.direct(), round)
            .await?
            .firsts();
        let load = load(people, stage.options.window(12.0));
        let site = load.put_on(stage.site(), round).await?;
        trouble = site.trouble() + &trouble;
        let firsts = site.firsts();
        asked += firsts.len();
        let own = quantile(&direct, 0.5);
        p50.push(quantile(&firsts, 0.5) - own);
        p99.push(quantile(&firsts, 0.99) - own);
        own50.push(own);
        own99.push(quantile(&direct, 0.99));
    }
    let note = format!(
        "{asked} answers; the upstream alone: p50 {} ms, p99 {} ms{trouble}",
        short(median(&own50)),
        short(median(&own99))
    );
    let name = |q: &str| format!("first token above the upstream's own, {people} people, {q}");
    let (p50, p99) = (
        Row::new(name("p50"), "ms", p50),
        Row::new(name("p99"), "ms", p99),
    );
    Ok(match people {
        300 => vec![p50, p99.limit(Bound::AtMost(50.0)).note(note)],
        100 => vec![
            p50.goal(Bound::AtMost(2.0)),
            p99.goal(Bound::AtMost(5.0)).note(note),
        ],
        _ => vec![
            p50.limit(Bound::AtMost(5.0)),
            p99.limit(Bound::AtMost(15.0)).note(note),
        ],
    })
}
