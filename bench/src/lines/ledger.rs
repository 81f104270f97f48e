//! The ledger at ten million entries. What a page needs of it is asked by its own handlers in this process; what it
//! adds to answers is what the site tells of them while people chat.

use std::{collections::HashMap, time::Duration};

use anyhow::{Context, ensure};
use kernel::{Actor, Clock, Db, Role, UserId, id::Uuid};
use payments::{
    Grant, IdempotencyKey, LineCursor, MicroUsd,
    commands::grant,
    queries::{my_balance, my_ledger, verify_ledger},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::time::{Instant, sleep};

use super::first_token;
use crate::{
    collector::{Collector, Durations},
    database, people,
    row::{Bound, Row, short},
    stage::Stage,
    stats::{median, quantile},
};

/// People, and answers of each; of an answer are seven entries.
const PEOPLE: usize = 14_300;
const ANSWERS: &str = "99";
/// Answers of the person who is asked for.
const MINE: &str = "20000";
/// Questions in a window.
const TIMES: usize = 500;
/// Who chats meanwhile, and what each can spend.
const CHATTING: usize = 30;
const CREDIT: MicroUsd = MicroUsd(1_000_000_000);
/// Everything that is asked for an answer that is sold: the price of its model, the hold, the charge.
const STEPS: [&str; 3] = ["payments.price_at", "payments.hold", "payments.capture"];
/// What of it the ledger does.
const POSTED: [&str; 2] = ["payments.hold", "payments.capture"];
/// The server sends spans in batches, every few seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody with many lines.
struct Wallet {
    db: Db,
    user: UserId,
    lines: i64,
}

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let people = stage.options.many(PEOPLE).to_string();
    let variables = [
        ("people", people.as_str()),
        ("answers", ANSWERS),
        ("mine", MINE),
    ];
    database::run(include_str!("../../sql/ledger.sql"), &variables).await?;
    let wallet = longest().await?;
    let entries = database::run("select count(*) from ledger_entries", &[]).await?;
    let (mut balance, mut lines) = (vec![], vec![]);
    for _ in 0..stage.options.windows() {
        balance.push(quantile(&balances(&wallet).await?, 0.99));
        lines.push(quantile(&pages(&wallet).await?, 0.99));
    }
    let Added { p50, p99, steps } = added(stage, &wallet.db).await?;
    let begun = Instant::now();
    let differences = verify_ledger(&wallet.db, Actor::System).await?;
    ensure!(
        differences.is_empty(),
        "the ledger is not right: {differences:?}"
    );
    let verified = short(begun.elapsed().as_secs_f64());
    let row = |what: &str, windows, limit| {
        Row::new(
            format!("ledger of {entries} entries: {what}, p99"),
            "ms",
            windows,
        )
        .limit(Bound::AtMost(limit))
    };
    let half = short(median(&p50));
    let answers = steps.len();
    let each = STEPS.map(|step| {
        let took: Vec<f64> = steps
            .iter()
            .filter_map(|of| of.get(step).copied())
            .collect();
        format!("{step} {} ms", short(median(&took)))
    });
    let each = each.join(", ");
    Ok(vec![
        row("a person's balance", balance, 2.0).note(format!("{} lines", wallet.lines)),
        row("a page of their lines", lines, 5.0),
        row("hold and charge, added to an answer", p99, 3.0).note(format!(
            "p50 {half} ms ({each}); {answers} answers of {CHATTING} people, as the site told in its traces; the \
             ledger was proven afterwards in {verified} s"
        )),
    ])
}

/// Whoever has the most lines, by connections like the site's.
async fn longest() -> anyhow::Result<Wallet> {
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("enable_seqscan", "off"), ("jit", "off")]);
    let pool = PgPoolOptions::new().connect_with(options).await?;
    let (user, lines): (Uuid, i64) = sqlx::query_as(
        "select user_id, number from wallets join ledger_transactions on wallet_id = wallets.id
         where user_id is not null order by number desc limit 1",
    )
    .fetch_one(&pool)
    .await?;
    Ok(Wallet {
        db: Db::new(pool, Clock::system()),
        user: UserId(user),
        lines,
    })
}

impl Wallet {
    fn owner(&self) -> Actor {
        Actor::Person {
            user: self.user,
            role: Role::User,
        }
    }
}

fn since(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1_000.0
}

async fn balances(wallet: &Wallet) -> anyhow::Result<Vec<f64>> {
    let mut times = vec![];
    for _ in 0..TIMES {
        let begun = Instant::now();
        my_balance(&wallet.db, wallet.owner()).await?;
        times.push(since(begun));
    }
    Ok(times)
}

async fn pages(wallet: &Wallet) -> anyhow::Result<Vec<f64>> {
    let mut times = vec![];
    for n in 0..TIMES {
        let after = i64::try_from(n)? * 97 % wallet.lines + 51;
        let begun = Instant::now();
        my_ledger(&wallet.db, wallet.owner(), Some(LineCursor(after))).await?;
        times.push(since(begun));
    }
    Ok(times)
}

struct Added {
    p50: Vec<f64>,
    p99: Vec<f64>,
    /// The milliseconds of each step, answer by answer.
    steps: Vec<Steps>,
}

type Steps = HashMap<String, f64>;

/// People chat as in `first-token`, with a model that has a price.
async fn added(stage: &mut Stage, db: &Db) -> anyhow::Result<Added> {
    fund(db).await?;
    let collector = Collector::listen(&STEPS).await?;
    let endpoint = format!("http://{}", collector.addr);
    let settings = [
        ("MODEL_PRICES", "demo=0.5/0.05/2"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
    ];
    stage.restart_with(&settings).await?;
    // The first ones on each connection have no plans yet.
    chat(stage, &collector, Duration::from_secs(10)).await?;
    let (mut p50, mut p99, mut steps) = (vec![], vec![], vec![]);
    for _ in 0..stage.options.windows() {
        let took = chat(stage, &collector, stage.options.window(20.0)).await?;
        let posted = |steps: &Steps| POSTED.iter().filter_map(|step| steps.get(*step)).sum();
        let whole: Vec<f64> = took.iter().map(posted).collect();
        p50.push(quantile(&whole, 0.5));
        p99.push(quantile(&whole, 0.99));
        steps.extend(took);
    }
    stage.restart(None).await?;
    Ok(Added { p50, p99, steps })
}

/// The steps of each answer that people get in so long a time.
async fn chat(
    stage: &mut Stage,
    collector: &Collector,
    length: Duration,
) -> anyhow::Result<Vec<Steps>> {
    let round = stage.next_round();
    let load = first_token::load(CHATTING, length);
    let outcome = load.put_on(stage.site(), round).await?;
    ensure!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    of_answers(collector, outcome.answers.len()).await
}

/// Gives everybody who chats something to spend.
async fn fund(db: &Db) -> anyhow::Result<()> {
    for n in 1..=CHATTING {
        let user: Uuid = sqlx::query_scalar("select id from users where email = $1")
            .bind(people::email(n))
            .fetch_one(db.pool())
            .await?;
        let command = Grant {
            user: UserId(user),
            credit: CREDIT,
            expires_at: None,
            key: IdempotencyKey::parse("bench")?,
        };
        grant(db, Actor::System, command).await?;
    }
    Ok(())
}

/// The steps of each answer, once the server has told of all.
async fn of_answers(collector: &Collector, answers: usize) -> anyhow::Result<Vec<Steps>> {
    let deadline = Instant::now() + PATIENCE;
    let (mut told, mut whole) = (Durations::new(), vec![]);
    while whole.len() < answers {
        ensure!(
            Instant::now() < deadline,
            "the server told of {} of {answers} answers",
            whole.len()
        );
        sleep(Duration::from_millis(500)).await;
        for (trace, steps) in collector.durations() {
            told.entry(trace).or_default().extend(steps);
        }
        let (all, some) = std::mem::take(&mut told)
            .into_iter()
            .partition::<Durations, _>(|(_, steps)| steps.len() == STEPS.len());
        whole.extend(all.into_values());
        told = some;
    }
    Ok(whole)
}
