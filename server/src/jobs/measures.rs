//! What is counted of jobs; specification/operations.md explains it.

use std::time::Duration;

use kernel::jobs::{Claimed, Outcome};
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

const RUNNING: &str = "parlance_jobs_running";
const ENDED: &str = "parlance_jobs_total";
const FAILED: &str = "parlance_jobs_failures_total";

/// Rules of the ledger that were found broken, by the process that last looked.
pub const LEDGER_DIFFERENCES: &str = "parlance_ledger_differences";

/// The histogram of how late jobs begin; whoever exports it wants [`BUCKETS`].
pub const LATE: &str = "parlance_jobs_late_seconds";

/// Seconds: from at once to a queue that nobody works off.
pub const BUCKETS: [f64; 8] = [0.01, 0.1, 1.0, 5.0, 30.0, 300.0, 3_600.0, 36_000.0];

/// Says what each is, to the recorder that is installed.
pub fn describe() {
    describe_gauge!(RUNNING, "Jobs that this process is running.");
    describe_counter!(ENDED, "Jobs that have ended, by kind and outcome.");
    describe_counter!(FAILED, "Attempts at a job that failed, by kind.");
    describe_histogram!(
        LATE,
        Unit::Seconds,
        "From when a job was due to its beginning, by kind."
    );
    gauge!(RUNNING).increment(0.0);
    // An alert waits for the first.
    for kind in super::KINDS {
        counter!(FAILED, "kind" => kind).increment(0);
    }
    describe_gauge!(
        LEDGER_DIFFERENCES,
        "What the last look at the whole ledger found wrong."
    );
    gauge!(LEDGER_DIFFERENCES).increment(0.0);
}

pub(super) fn ended(job: &Claimed, outcome: Outcome) {
    counter!(ENDED, "kind" => job.kind.clone(), "outcome" => outcome.as_str()).increment(1);
}

pub(super) fn failed(job: &Claimed) {
    counter!(FAILED, "kind" => job.kind.clone()).increment(1);
}

/// Counts a job for as long as it lives.
pub(super) struct Running(());

impl Running {
    pub fn begin(job: &Claimed) -> Self {
        let late = Duration::try_from(job.late).unwrap_or_default();
        histogram!(LATE, "kind" => job.kind.clone()).record(late);
        gauge!(RUNNING).increment(1.0);
        Self(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        gauge!(RUNNING).decrement(1.0);
    }
}
