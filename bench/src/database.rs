//! The scratch database, by `psql`: the connection is in the environment (`PGHOST` and so on), where
//! no other user of the machine can read it.

use std::process::Stdio;

use anyhow::{Context, ensure};
use tokio::{io::AsyncWriteExt, process::Command};

/// Runs a script with variables; returns what it prints.
pub async fn run(script: &str, variables: &[(&str, &str)]) -> anyhow::Result<String> {
    let mut psql = Command::new("psql");
    psql.args([
        "--no-psqlrc",
        "--quiet",
        "--tuples-only",
        "--no-align",
        "--set",
        "ON_ERROR_STOP=1",
    ]);
    for (name, value) in variables {
        psql.arg("--set").arg(format!("{name}={value}"));
    }
    psql.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = psql.spawn().context("psql does not start")?;
    let mut input = child.stdin.take().context("psql has no input")?;
    input.write_all(script.as_bytes()).await?;
    drop(input);
    let done = child.wait_with_output().await?;
    ensure!(done.status.success(), "psql: {}", done.status);
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}
