//! How a process ends: nobody is cut off who can be spared, and it is over on time.
//!
//! Not ready at once; in production, balancers get a moment to notice; no new connections from
//! there on, and readers are sent away with the position to come back to; runs and requests get
//! the grace; what is left of the runs is stored as interrupted. In all at most
//! [`LAST_ORDERS`] + the grace + 2 seconds, which is what Kubernetes'
//! `terminationGracePeriodSeconds` has to allow.

use std::{future::Future, pin::pin, time::Duration};

use chat::Engine;
use futures::FutureExt;
use sqlx::PgPool;
use tokio::{join, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::background::Background;
use crate::http::health::Health;

/// In production, balancers get so long to see that the process is not ready.
pub(super) const LAST_ORDERS: Duration = Duration::from_secs(3);
/// Storing the rest of the runs takes so long at most; what is not stored then, was saved up to a
/// moment ago, and another process ends it.
const STORE: Duration = Duration::from_millis(1_500);
/// Requests get at least so long, also without any grace.
const AT_LEAST: Duration = Duration::from_millis(150);
/// Letting go of connections and of the database.
const LET_GO: Duration = Duration::from_millis(100);

/// What ends.
pub(super) struct Ending {
    pub health: Health,
    pub chat: Engine,
    pub pool: PgPool,
    pub background: Background,
    pub server: JoinHandle<()>,
    /// Cancelled when there are to be no new connections.
    pub closing: CancellationToken,
    /// The requests being answered.
    pub requests: TaskTracker,
    pub last_orders: Duration,
    pub grace: Duration,
}

impl Ending {
    /// Ends in order; quicker once `hurry` resolves.
    pub async fn run(self, hurry: impl Future<Output = ()>) {
        let mut hurry = pin!(hurry.fuse());
        tracing::info!(running = self.chat.running(), "stopping");
        self.health.stop();
        let mut hurried = tokio::select! {
            () = tokio::time::sleep(self.last_orders) => false,
            () = &mut hurry => true,
        };
        self.closing.cancel();
        self.chat.close_readers();
        if !hurried {
            tokio::select! {
                () = self.finish(self.grace) => {}
                () = hurry => hurried = true,
            }
        }
        if hurried {
            tracing::info!("told again to stop: what runs is interrupted");
            self.finish(Duration::ZERO).await;
        }
        self.let_go().await;
        tracing::info!("stopped");
    }

    /// Lets runs and requests finish within the grace.
    async fn finish(&self, grace: Duration) {
        self.requests.close();
        let (runs, requests) = join!(
            timeout(grace + STORE, self.chat.drain(grace)),
            timeout(grace.max(AT_LEAST), self.requests.wait()),
        );
        if runs.is_err() {
            tracing::warn!(
                runs = self.chat.running(),
                "could not store how runs ended; another process will end them"
            );
        }
        if requests.is_err() {
            tracing::warn!(requests = self.requests.len(), "requests are cut off");
        }
    }

    async fn let_go(mut self) {
        let in_order = async {
            self.background.end().await;
            let _ = (&mut self.server).await;
        };
        if timeout(LET_GO, in_order).await.is_err() {
            tracing::debug!("connections are cut off");
            self.server.abort();
        }
        let _ = timeout(LET_GO, self.pool.close()).await;
    }
}
