//! The ledger at ten million entries, asked and written to by its own handlers in this process: what they add to
//! the page or the answer that they belong to.

use std::time::Duration;

use anyhow::{Context, ensure};
use kernel::{Actor, Clock, Db, Role, UserId, id::Uuid};
use payments::{
    Capture, LineCursor, MicroUsd, TokenUsage,
    commands::{capture_in, hold_in},
    queries::{my_balance, my_ledger, verify_ledger},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::time::{Instant, interval};

use crate::{
    database,
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
/// Answers a second, as many as thirty people have who ask all the time (see `first-token`). The site is there too, and
/// handles what they record.
const A_SECOND: u32 = 20;

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
    let (mut balance, mut lines, mut added) = (vec![], vec![], vec![]);
    let mut whole = vec![];
    for _ in 0..stage.options.windows() {
        balance.push(quantile(&balances(&wallet).await?, 0.99));
        lines.push(quantile(&pages(&wallet).await?, 0.99));
        let (inside, outside) = holds(&wallet).await?;
        added.push(quantile(&inside, 0.99));
        whole.push(quantile(&outside, 0.99));
    }
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
    let whole = short(median(&whole));
    Ok(vec![
        row("a person's balance", balance, 2.0).note(format!("{} lines", wallet.lines)),
        row("a page of their lines", lines, 5.0),
        row("hold and capture, added to an answer", added, 3.0).note(format!(
            "with begin and commit of both transactions, if they were its own, {whole} ms; the ledger was proven \
             afterwards in {verified} s"
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

/// Without, and with, the transactions that they join.
async fn holds(wallet: &Wallet) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    let Wallet { db, user, .. } = wallet;
    let (mut added, mut whole) = (vec![], vec![]);
    let mut answers = interval(Duration::from_secs(1) / A_SECOND);
    for _ in 0..TIMES {
        answers.tick().await;
        let generation = db.clock().uuid();
        let begun = Instant::now();
        let mut tx = db.begin().await?;
        let inside = Instant::now();
        hold_in(&mut tx, *user, generation, MicroUsd(150)).await?;
        let hold = since(inside);
        tx.commit().await?;
        let mut tx = db.begin().await?;
        let inside = Instant::now();
        capture_in(&mut tx, capture(*user, generation)).await?;
        let captured = since(inside);
        tx.commit().await?;
        whole.push(since(begun));
        added.push(hold + captured);
    }
    Ok((added, whole))
}

fn capture(user: UserId, generation: Uuid) -> Capture {
    Capture {
        generation,
        user,
        model: Uuid::from_u128(7),
        usage: TokenUsage {
            input: 1_000,
            cached_input: 0,
            output: 100,
        },
        prices: None,
        price: MicroUsd(100),
        provider_cost: MicroUsd(60),
    }
}
