//! What is counted of events, for whoever runs the site; specification/operations.md explains it.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

/// Events that wait to be published.
pub const PENDING: &str = "parlance_outbox_pending";
/// Age of the oldest of them.
pub const OLDEST_AGE: &str = "parlance_outbox_oldest_age_seconds";
/// What went wrong on the way to the broker.
pub const ERRORS: &str = "parlance_relay_errors_total";
/// Events that went out of the outbox.
pub const PUBLISHED: &str = "parlance_relay_published_total";
/// What went wrong on the way from the broker.
pub const CONSUMER_ERRORS: &str = "parlance_consumer_errors_total";
/// Messages that are no events of ours.
pub const UNREADABLE: &str = "parlance_consumer_unreadable_total";
/// Messages of the broker that this process has yet to handle.
pub const CONSUMER_LAG: &str = "parlance_consumer_lag";
/// Events that consumers could not handle, and that wait to be replayed.
pub const DEAD_LETTERS: &str = "parlance_dead_letters";
const CONSUMED: &str = "parlance_events_consumed_total";
const FAILURES: &str = "parlance_consumer_failures_total";

/// The histogram of the time from the fact to the end of a consumer's work; whoever exports it
/// wants [`BUCKETS`].
pub const DELAY: &str = "parlance_event_delay_seconds";

/// Seconds: from a consumer that has little to do to one that was retried for minutes.
pub const BUCKETS: [f64; 13] = [
    0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0,
];

/// Says what each is, to the recorder that is installed.
pub fn describe() {
    describe_gauge!(PENDING, "Events that wait to be published.");
    describe_gauge!(
        OLDEST_AGE,
        Unit::Seconds,
        "Age of the oldest event that waits to be published."
    );
    describe_counter!(
        ERRORS,
        "What went wrong between the outbox and where events are published."
    );
    describe_counter!(PUBLISHED, "Events published by this process.");
    describe_counter!(
        CONSUMER_ERRORS,
        "What went wrong between the broker and the consumers."
    );
    describe_counter!(UNREADABLE, "Messages in the topics that are no events.");
    describe_gauge!(
        CONSUMER_LAG,
        "Messages in the partitions of this process that are not handled yet."
    );
    describe_gauge!(
        DEAD_LETTERS,
        "Events put aside because a consumer could not handle them."
    );
    describe_counter!(CONSUMED, "Events that were handled, by consumer.");
    describe_counter!(FAILURES, "Tries of a consumer that failed, by consumer.");
    describe_histogram!(
        DELAY,
        Unit::Seconds,
        "From the fact to the end of a consumer's work, by consumer."
    );
    // Alerts ask for these before anything has happened.
    counter!(ERRORS).increment(0);
    counter!(PUBLISHED).increment(0);
    counter!(CONSUMER_ERRORS).increment(0);
    gauge!(PENDING).set(0.0);
    gauge!(OLDEST_AGE).set(0.0);
    gauge!(DEAD_LETTERS).set(0.0);
    gauge!(CONSUMER_LAG).set(0.0);
}

pub(crate) fn consumed(consumer: &'static str, delay: Duration) {
    counter!(CONSUMED, "consumer" => consumer).increment(1);
    histogram!(DELAY, "consumer" => consumer).record(delay);
}

pub(crate) fn failed(consumer: &'static str) {
    counter!(FAILURES, "consumer" => consumer).increment(1);
}
