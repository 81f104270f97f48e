//! `server demo-model`.

use std::net::SocketAddr;

use anyhow::Context;

use crate::demo_model::{self, Options};

/// Serves the demo model until the process ends.
pub(crate) async fn run(addr: SocketAddr, options: Options) -> anyhow::Result<()> {
    let (addr, server) = demo_model::spawn(addr, options)
        .await
        .with_context(|| format!("cannot listen on {addr}"))?;
    println!("listening on http://{addr}");
    server.await??;
    Ok(())
}
