//! The binary. `cli` lists what it can do.

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    server::cli::Cli::parse().run().await
}
