//! Threads that hash passwords: they step back behind whoever answers people.

use std::time::Duration;

use kernel::Internal;
use tokio::runtime::{Builder, Runtime};

/// A thread that hashes goes when it has had nothing to do for so long, and its memory with it.
const IDLE: Duration = Duration::from_secs(10);

/// A runtime for nothing but its threads for blocking work: they begin when there is work, take it
/// in order, and go when there has been none for a while.
pub(super) struct Threads(Option<Runtime>);

impl Threads {
    pub(super) fn new(at_once: usize) -> Result<Self, Internal> {
        let runtime = Builder::new_current_thread()
            .thread_name("hash")
            .max_blocking_threads(at_once)
            .thread_keep_alive(IDLE)
            .on_thread_start(step_back)
            .build();
        Ok(Self(Some(runtime.map_err(Internal::new)?)))
    }

    pub(super) fn get(&self) -> Result<&Runtime, Internal> {
        self.0.as_ref().ok_or_else(|| Internal::new("ended"))
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // A runtime that is dropped in another one waits, which that one forbids.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Lets whoever answers people go first: this thread gets a core when nobody else wants it.
#[cfg(target_os = "linux")]
fn step_back() {
    // Linux keeps the niceness of each thread apart (setpriority(2), "C library/kernel differences").
    // Where it is refused, hashing is as fast as everything else.
    let _ = rustix::process::setpriority_process(None, 19);
}

/// Elsewhere it would slow down the whole process.
#[cfg(not(target_os = "linux"))]
fn step_back() {}
