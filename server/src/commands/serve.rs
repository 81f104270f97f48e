//! `server serve`.

use auth::{Hasher, HashingOptions};
use tokio::signal::unix::{SignalKind, signal};

use crate::{config::Config, startup};

/// Serves the site until SIGTERM or SIGINT.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let site = startup::start(config, Hasher::new(HashingOptions::default())?).await?;
    tracing::info!("listening on http://{}", site.addr()?);
    site.serve(async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
    .await
}
