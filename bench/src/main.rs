//! The benchmark: people who send messages and read answers, and the figures that come of it.
//!
//! `scripts/bench.sh` makes the database and runs this; `README.md` explains the method. One
//! thread does everything, so that as little as possible is taken from the server on the machine
//! that they share.

mod answer;
mod chat;
mod client;
mod clock;
mod collector;
mod database;
mod lines;
mod load;
mod machine;
mod options;
mod people;
mod process;
mod prose;
mod report;
mod row;
mod site;
mod stage;
mod stats;
mod stream;

use anyhow::Context;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = options::Options::parse();
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    // Ending early drops the stage, and that ends the processes that it has started.
    tokio::select! {
        done = run(options) => done,
        _ = terminate.recv() => anyhow::bail!("ended by a signal"),
        _ = interrupt.recv() => anyhow::bail!("ended by a signal"),
    }
}

async fn run(options: options::Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    let mut stage = stage::Stage::set(options)
        .await
        .context("the stage could not be set")?;
    let mut report = report::Report::new(machine, &stage.options);
    for line in stage.options.lines() {
        eprintln!("==> {}", line.name());
        let rows = line
            .measure(&mut stage)
            .await
            .with_context(|| format!("{} could not be measured", line.name()))?;
        for row in rows {
            eprintln!("    {}", row.brief());
            report.add(row);
        }
    }
    report.write(&stage.options.out).await
}
