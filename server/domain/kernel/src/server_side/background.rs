//! What runs in the background for as long as the process does.

use std::{future::Future, time::Duration};

/// Between a panic and the next beginning: one that comes back at once must not eat a core.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs what `begin` gives until it ends by itself. After a panic, which the panic hook has logged
/// and counted, it begins anew: one bad row must not leave the process without its relay until
/// somebody restarts it. `task` names it in the log.
pub async fn keep_going<F>(task: &'static str, mut begin: impl FnMut() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    // A task of its own: the runtime catches what panics in it.
    while let Err(ended) = tokio::spawn(begin()).await {
        if ended.is_cancelled() {
            return;
        }
        tracing::error!(task, "a background task panicked; it begins anew");
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_begins_anew_and_one_that_ends_does_not() {
        let begun = Arc::new(AtomicU32::new(0));
        let count = begun.clone();
        keep_going("a test", move || {
            let count = count.clone();
            async move {
                let times = count.fetch_add(1, Ordering::SeqCst);
                assert!(times >= 2, "the first two times it panics");
            }
        })
        .await;
        assert_eq!(begun.load(Ordering::SeqCst), 3);
    }
}
