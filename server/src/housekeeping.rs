//! Ends what processes that are gone have left behind: safe in any number of processes at once. What
//! is tidied up every hour is a job (`jobs::tidy`).

use std::time::Duration;

use chat::{Engine, commands::end_abandoned, engine::LEASE};
use kernel::Db;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Looks until the token is cancelled.
pub async fn run(chat: Engine, stop: CancellationToken) {
    let mut reaper = Reaper::new(lease(), Instant::now());
    loop {
        tokio::select! {
            () = sleep_until(reaper.next) => reap(&chat, &mut reaper).await,
            () = chat.another_followed() => reaper.next = Instant::now(),
            () = stop.cancelled() => return,
        }
    }
}

/// Ends the generations whose process went away, as soon as their leases have run out.
async fn reap(chat: &Engine, reaper: &mut Reaper) {
    let looked = if reaper.is_due(Instant::now()) {
        end_abandoned(chat).await.map(|swept| swept.next)
    } else {
        reachable(chat.db()).await.map(|()| None)
    };
    match looked {
        Ok(first_lease) => {
            let lasts = first_lease.map(|at| (at - chat.db().now()).try_into().unwrap_or_default());
            reaper.looked(Instant::now(), lasts);
        }
        Err(error) => {
            tracing::warn!(%error, "could not look for generations whose process has gone; trying again");
            reaper.failed(Instant::now());
        }
    }
}

async fn reachable(db: &Db) -> Result<(), chat::Error> {
    sqlx::query("select 1").execute(db.pool()).await?;
    Ok(())
}

/// When to look for leases that have run out. Not before the database has answered without a
/// break for as long as a lease lasts: while it was away, nobody could renew one.
#[derive(Debug)]
struct Reaper {
    lease: Duration,
    /// Since when the database has answered.
    steady_since: Option<Instant>,
    next: Instant,
}

impl Reaper {
    fn new(lease: Duration, now: Instant) -> Self {
        Self {
            lease,
            steady_since: None,
            next: now,
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        self.steady_since
            .is_some_and(|since| now >= since + self.lease)
    }

    /// The database has answered; the first lease lasts so long.
    fn looked(&mut self, now: Instant, first_lease: Option<Duration>) {
        let since = *self.steady_since.get_or_insert(now);
        let steady = since + self.lease;
        // A run that begins right after this look cannot be abandoned for as long as a lease.
        let wait = first_lease.map_or(IDLE, |lasts| lasts.min(self.lease) + SLACK);
        self.next = if now < steady { steady } else { now + wait };
    }

    fn failed(&mut self, now: Instant) {
        self.steady_since = None;
        self.next = now + AWAY;
    }
}

/// So that a lease has surely run out when it is looked at.
const SLACK: Duration = Duration::from_millis(50);
/// Between looks while nothing runs anywhere. Who follows a run that another process has begun since is not kept
/// waiting: that is a reason to look.
const IDLE: Duration = Duration::from_secs(10);
/// Between looks while the database is away.
const AWAY: Duration = Duration::from_secs(1);

fn lease() -> Duration {
    LEASE.try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(3);

    #[test]
    fn nothing_is_reaped_before_the_database_has_answered_for_a_lease() {
        let start = Instant::now();
        let mut reaper = Reaper::new(LEASE, start);
        assert!(!reaper.is_due(start));
        reaper.looked(start, None);
        assert_eq!(reaper.next, start + LEASE);
        assert!(reaper.is_due(reaper.next));
    }

    #[test]
    fn an_outage_begins_the_wait_anew() {
        let start = Instant::now();
        let mut reaper = Reaper::new(LEASE, start);
        reaper.looked(start, None);
        let later = start + Duration::from_secs(60);
        reaper.failed(later);
        assert_eq!(reaper.next, later + AWAY);
        let back = reaper.next;
        assert!(!reaper.is_due(back));
        reaper.looked(back, None);
        assert_eq!(reaper.next, back + LEASE);
    }

    #[test]
    fn while_nothing_runs_it_looks_less_often() {
        let start = Instant::now();
        let mut reaper = Reaper::new(LEASE, start);
        reaper.looked(start, None);
        let now = start + LEASE;
        reaper.looked(now, None);
        assert_eq!(reaper.next, now + IDLE);
    }

    #[test]
    fn the_next_look_is_when_the_first_lease_has_run_out() {
        let start = Instant::now();
        let mut reaper = Reaper::new(LEASE, start);
        reaper.looked(start, None);
        let now = start + LEASE;
        reaper.looked(now, Some(Duration::from_secs(1)));
        assert_eq!(reaper.next, now + Duration::from_secs(1) + SLACK);
        reaper.looked(now, Some(Duration::from_secs(90)));
        assert_eq!(reaper.next, now + LEASE + SLACK);
    }
}
