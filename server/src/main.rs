//! The binary. `cli` lists what it can do.

use std::process::ExitCode;

use clap::Parser;

/// Gives memory back to the system. glibc's allocator keeps the 19 MiB that hashing a password
/// takes, once for each thread that has ever hashed one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    server::cli::Cli::parse().run().await
}
