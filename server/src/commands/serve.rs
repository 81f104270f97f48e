//! `server serve`.

use auth::{Hasher, HashingOptions};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{config::Config, startup};

/// Serves the site until SIGTERM or SIGINT; a second one of either cuts the grace short.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    // Before the site is there: a signal that comes while it starts is not lost.
    let (told, mut times) = watch::channel(0);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            told.send_modify(|times| *times += 1);
        }
    });
    let site = startup::start(config, Hasher::new(HashingOptions::default())?).await?;
    tracing::info!("listening on http://{}", site.addr()?);
    let mut again = times.clone();
    site.serve(async move { at_least(&mut times, 1).await }, async move {
        at_least(&mut again, 2).await
    })
    .await;
    Ok(())
}

async fn at_least(told: &mut watch::Receiver<u32>, times: u32) {
    // The sender lives as long as the process.
    let _ = told.wait_for(|told| *told >= times).await;
}
