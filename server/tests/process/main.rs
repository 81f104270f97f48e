//! The real program as processes, on a real Postgres, with the demo model's server as their
//! provider: what happens when processes, networks and databases go away.

mod chaos;
mod clusters;
mod ending;
mod events;
mod export;
mod failover;
mod idle;
mod killed;
mod measured;
mod network;
mod outage;
mod people;
mod proxy;
mod reader;
mod relay;
mod scraped;
mod servers;
mod sessions;
mod stored;
mod topics;
mod traced;

use tokio::sync::{Mutex, MutexGuard};

/// Tests here measure time, so they do not run beside each other.
async fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::const_new(());
    ONE.lock().await
}
