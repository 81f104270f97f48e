//! Takes jobs from the queue and runs them, a few at a time, beside those of other processes.
//!
//! Woken by each commit of this process that queued one, and by the relay, which asks every 2.5 seconds whether one is
//! due: what another process queued, what was put off, and what a process that is gone has left behind. While it
//! runs, a job's lease is renewed; who loses it stops.

use std::time::Duration;

use kernel::{
    Db,
    jobs::{self, Claimed, Outcome},
    trace,
};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{Error, KINDS, Next, SCHEDULE, Workers, measures, perform};

/// Between looks at the queue that nothing asked for: should the process that relays be busy, or know this one's kinds
/// of jobs not.
const POLL: Duration = Duration::from_secs(30);
/// Mail servers and exports wait for others more than they compute.
const AT_ONCE: usize = 4;
/// A process that is gone holds a job up for so long.
const LEASE: time::Duration = time::Duration::seconds(30);
/// How often a lease is renewed: twice may fail.
const RENEW: Duration = Duration::from_secs(10);
/// With [`backoff`], so many attempts take two thirds of a day.
const MAX_ATTEMPTS: i32 = 26;

/// Runs jobs until the token is cancelled; what runs then is left to others.
pub async fn run(site: Workers, stop: CancellationToken) {
    tokio::select! {
        () = work(&site) => {}
        () = stop.cancelled() => {}
    }
}

async fn work(site: &Workers) {
    let db = &site.db;
    let mut scheduled = false;
    let mut running = JoinSet::new();
    // When the first of those that failed is due again.
    let mut retry: Option<Instant> = None;
    loop {
        scheduled = scheduled || schedule(db).await;
        retry = retry.filter(|at| *at > Instant::now());
        let free = AT_ONCE - running.len();
        let claimed = claim(db, free).await;
        let full = claimed.len() == free;
        for job in claimed {
            running.spawn(attempt(site.clone(), job));
        }
        let look = Instant::now() + POLL;
        let look = retry.map_or(look, |at| at.min(look));
        tokio::select! {
            Some(done) = running.join_next() => {
                let wait = done.ok().flatten().map(|wait| Instant::now() + wait);
                retry = retry.into_iter().chain(wait).min();
            }
            () = db.job_queued(), if !full => {}
            () = tokio::time::sleep_until(look), if !full => {}
        }
    }
}

async fn schedule(db: &Db) -> bool {
    for (kind, _) in SCHEDULE {
        if let Err(error) = jobs::schedule(db, kind, db.now()).await {
            tracing::warn!(%error, "cannot put the schedule into the queue; trying again");
            return false;
        }
    }
    true
}

async fn claim(db: &Db, free: usize) -> Vec<Claimed> {
    let free = i64::try_from(free).unwrap_or_default();
    if free == 0 {
        return Vec::new();
    }
    jobs::claim(db, &KINDS, LEASE, free)
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot look for jobs; trying again");
            Vec::new()
        })
}

/// Runs a job for as long as its lease is held, and notes how it went; gives the time after which it
/// comes again because it failed.
async fn attempt(site: Workers, job: Claimed) -> Option<Duration> {
    let span =
        tracing::info_span!("jobs.run", job = %job.id, kind = job.kind, attempt = job.attempts);
    if let Some(traceparent) = &job.traceparent {
        trace::continue_from(&span, traceparent);
    }
    let _counted = measures::Running::begin(&job);
    async {
        // Apart, so that a panic is a failure of this job only; dropped, it ends with this.
        let mut work = JoinSet::new();
        let (of_job, work_of) = (job.clone(), site.clone());
        work.spawn(async move { perform(&work_of, &of_job).await }.in_current_span());
        let done = tokio::select! {
            Some(done) = work.join_next() => done,
            () = lease_lost(&site.db, &job) => {
                tracing::warn!("the lease of a job is lost; another process goes on with it");
                return None;
            }
        };
        let done = done.unwrap_or_else(|panic| Err(Error::ForNow(panic.to_string())));
        let (noted, wait) = note(&site.db, &job, done).await;
        if let Err(error) = noted {
            tracing::error!(%error, "could not note how a job went; it will come again");
        }
        wait
    }
    .instrument(span)
    .await
}

/// Renews the lease; resolves when somebody else has the job.
async fn lease_lost(db: &Db, job: &Claimed) {
    loop {
        tokio::time::sleep(RENEW).await;
        match jobs::renew(db, job, LEASE).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, "could not renew the lease of a job"),
        }
    }
}

async fn note(
    db: &Db,
    job: &Claimed,
    done: Result<Next, Error>,
) -> (Result<(), sqlx::Error>, Option<Duration>) {
    let error = match done {
        Ok(Next::Nothing) => {
            measures::ended(job, Outcome::Done);
            return (jobs::end(db, job, Outcome::Done, None).await, None);
        }
        Ok(Next::At(due)) => {
            measures::ended(job, Outcome::Done);
            return (jobs::again(db, job, due, None).await, None);
        }
        Err(error) => error,
    };
    measures::failed(job);
    let scheduled = SCHEDULE.iter().any(|(kind, _)| *kind == job.kind);
    let for_good = matches!(error, Error::ForGood(_)) || job.attempts >= MAX_ATTEMPTS;
    if for_good && !scheduled {
        measures::ended(job, Outcome::GivenUp);
        tracing::error!(%error, "a job is given up");
        let noted = jobs::end(db, job, Outcome::GivenUp, Some(&error.to_string())).await;
        return (noted, None);
    }
    let wait = backoff(job.attempts);
    tracing::warn!(%error, ?wait, "a job failed; it will come again");
    let noted = jobs::again(db, job, db.now() + wait, Some(&error.to_string())).await;
    (noted, Some(wait))
}

/// 1 s, 2 s, 4 s, … at most an hour.
fn backoff(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(12);
    Duration::from_secs(2u64.pow(doublings)).min(Duration::from_secs(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let waits: Vec<_> = [1, 2, 6, 13, 26, i32::MAX]
            .map(|n| backoff(n).as_secs())
            .into();
        assert_eq!(waits, [1, 2, 32, 3600, 3600, 3600]);
    }

    #[test]
    fn a_mail_server_may_be_away_for_half_a_day() {
        let all: Duration = (1..MAX_ATTEMPTS).map(backoff).sum();
        assert!(all > Duration::from_secs(12 * 3600), "{all:?}");
    }
}
