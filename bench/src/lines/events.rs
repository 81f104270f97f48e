//! Events by way of the broker: how long from a fact to its effect, how many a second the relay
//! publishes, and what an idle site asks of the database.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::{
    process::Command,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    chat,
    client::Connection,
    database, people,
    row::{Bound, Row},
    stage::Stage,
};

/// Conversations begun a second, while delays are measured.
const A_SECOND: u32 = 20;
/// Facts that the relay finds at once.
const EVENTS: usize = 50_000;
const PATIENCE: Duration = Duration::from_secs(120);

const WAITING: &str = "select count(*) from outbox where published_at is null;";
/// Of all batches but the first, whose beginning is not known.
const RATE: &str = "select round(count(*) filter (where published_at > first) / \
    greatest(extract(epoch from max(published_at) - min(first)), 0.001), 1) \
    from outbox, (select min(published_at) as first from outbox \
                  where kind = 'parlance.chat.conversation_renamed.v1' and published_at >= :'since') as b \
    where kind = 'parlance.chat.conversation_renamed.v1' and published_at >= :'since';";
const TRANSACTIONS: &str = "select xact_commit + xact_rollback from pg_stat_database \
    where datname = current_database();";
const AUTOVACUUM_OFF: &str = "alter system set autovacuum = off; select pg_reload_conf();";
const AUTOVACUUM_ON: &str = "alter system reset autovacuum; select pg_reload_conf();";

/// Measures it, with a broker that is there as long.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    kafka("start").await?;
    let brokers = kafka("url").await?;
    let settings = [("KAFKA_BROKERS", &*brokers)];
    let quick = stage.restart_with_a_quick_upstream(&settings).await?;
    let rows = measure_with_broker(stage).await;
    stage.restart(None).await?;
    quick.end().await?;
    kafka("stop").await?;
    rows
}

async fn measure_with_broker(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    // The first ones find no topics, no partitions and cold caches.
    begin_conversations(stage, Duration::from_secs(5)).await?;
    quiet().await?;
    let (mut p50, mut p99, mut rates, mut idle) = (vec![], vec![], vec![], vec![]);
    let mut counted = 0;
    for _ in 0..stage.options.windows() {
        let since = now().await?;
        begin_conversations(stage, stage.options.window(15.0)).await?;
        quiet().await?;
        let variables = [("since", since.as_str())];
        let delays = include_str!("../../sql/event_delays.sql");
        let delays = numbers(&database::run(delays, &variables).await?)?;
        let [half, most, count] = delays[..] else {
            bail!("no delays: {delays:?}");
        };
        p50.push(half);
        p99.push(most);
        counted += count as usize;
    }
    let events = stage.options.many(EVENTS);
    for _ in 0..stage.options.windows() {
        let since = now().await?;
        let variables = [("events", events.to_string())];
        let variables = variables.each_ref().map(|(n, v)| (*n, v.as_str()));
        database::run(include_str!("../../sql/events.sql"), &variables).await?;
        quiet().await?;
        let rate = database::run(RATE, &[("since", since.as_str())]).await?;
        rates.extend(numbers(&rate)?);
    }
    // Postgres would clean up after that many events by itself, in transactions that are counted, too.
    database::run(AUTOVACUUM_OFF, &[]).await?;
    database::run("vacuum analyze;", &[]).await?;
    sleep(stage.options.window(60.0)).await;
    let length = stage.options.window(60.0);
    for _ in 0..stage.options.windows() {
        let before = numbers(&database::run(TRANSACTIONS, &[]).await?)?;
        sleep(length).await;
        let after = numbers(&database::run(TRANSACTIONS, &[]).await?)?;
        // The first question is counted in the second answer.
        let [before, after] = [before, after].map(|n| n.first().copied().unwrap_or_default());
        idle.push((after - before - 1.0) / length.as_secs_f64());
    }
    database::run(AUTOVACUUM_ON, &[]).await?;
    Ok(vec![
        Row::new("an event by the broker: from its fact to its effect, p50", "ms", p50)
            .limit(Bound::AtMost(20.0)),
        Row::new("an event by the broker: from its fact to its effect, p99", "ms", p99)
            .limit(Bound::AtMost(100.0))
            .note(format!(
                "{counted} titles; from the beginning of the fact's transaction to that of the effect's, a call of a model that answers at once for the title between them"
            )),
        Row::new("relay to the broker: events a second", "", rates)
            .limit(Bound::AtLeast(5_000.0))
            .note(format!("{events} events that wait, of 1000 aggregates")),
        Row::new("an idle site with a broker: transactions of the database a second", "", idle)
            .limit(Bound::AtMost(1.0))
            .note("all that Postgres counts, the pool's own questions among it, but for the autovacuum's"),
    ])
}

/// People begin conversations whose titles the upstream makes at once.
async fn begin_conversations(stage: &mut Stage, length: Duration) -> anyhow::Result<()> {
    let (addr, round) = (stage.server.addr, stage.next_round());
    let mut under_way = JoinSet::new();
    let begun = Instant::now();
    for n in 0..(length.as_secs_f64() * f64::from(A_SECOND)) as usize {
        sleep_until(
            begun + length.mul_f64(n as f64 / (length.as_secs_f64() * f64::from(A_SECOND))),
        )
        .await;
        under_way.spawn(async move {
            let person = 1 + n % 500;
            let id = people::message_id(person, round * 100_000 + n);
            let body = "[[first-token: 1ms]] [[speed: 100000]] [[say: Yes.]]";
            let mut connection = Connection::open(addr).await?;
            chat::send(&mut connection, person, &id, None, body).await
        });
    }
    while let Some(done) = under_way.join_next().await {
        done??;
    }
    Ok(())
}

/// Waits until nothing waits to be published, and a moment more for what is on its way.
async fn quiet() -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while numbers(&database::run(WAITING, &[]).await?)? != [0.0] {
        ensure!(Instant::now() < deadline, "events still wait");
        sleep(Duration::from_millis(500)).await;
    }
    sleep(Duration::from_secs(1)).await;
    Ok(())
}

async fn now() -> anyhow::Result<String> {
    database::run("select now();", &[]).await
}

/// The numbers of one row.
fn numbers(row: &str) -> anyhow::Result<Vec<f64>> {
    row.split('|')
        .map(|number| {
            number
                .parse()
                .with_context(|| format!("not a number: {row}"))
        })
        .collect()
}

/// `scripts/kafka.sh`, for the broker of the benchmark; what it prints.
async fn kafka(verb: &str) -> anyhow::Result<String> {
    let done = Command::new("scripts/kafka.sh")
        .args([verb, "bench"])
        .output()
        .await
        .context("scripts/kafka.sh does not start")?;
    ensure!(
        done.status.success(),
        "scripts/kafka.sh {verb}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}
