//! What is counted of answers, for whoever runs the site; specification/operations.md explains it.
//! Labels are few: a model of the table, a code of an enumeration.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::{Failure, MessageStatus, codes::Code, store::ChosenModel};

const FAILURES: &str = "parlance_provider_failures_total";
const RETRIES: &str = "parlance_provider_retries_total";
const FALLBACKS: &str = "parlance_provider_fallbacks_total";
const GENERATIONS: &str = "parlance_generations_total";
const RUNNING: &str = "parlance_generations_running";

/// The histogram of the time to the first token; whoever exports it wants [`BUCKETS`].
pub const FIRST_TOKEN: &str = "parlance_first_token_seconds";

/// Seconds: from a model on the same machine to one that thinks for a minute.
pub const BUCKETS: [f64; 12] = [
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// Says what each is, to the recorder that is installed.
pub fn describe() {
    describe_counter!(
        FAILURES,
        "Requests for an answer that failed at the provider, by model and failure."
    );
    describe_counter!(
        RETRIES,
        "Requests made again before the first token, by model and failure."
    );
    describe_counter!(
        FALLBACKS,
        "Answers handed to another model, by the model that failed and its failure."
    );
    describe_counter!(
        GENERATIONS,
        "Answers that have ended, by model and outcome."
    );
    describe_gauge!(RUNNING, "Answers that this process is writing.");
    describe_histogram!(
        FIRST_TOKEN,
        Unit::Seconds,
        "From the start of a run to its first text, by model."
    );
    gauge!(RUNNING).increment(0.0);
}

pub(crate) fn failure(model: &ChosenModel, failure: Failure) {
    counter!(FAILURES, "model" => model.provider_id.clone(), "failure" => failure.code())
        .increment(1);
}

pub(crate) fn retry(model: &ChosenModel, failure: Failure) {
    counter!(RETRIES, "model" => model.provider_id.clone(), "failure" => failure.code())
        .increment(1);
}

pub(crate) fn fallback(model: &ChosenModel, failure: Failure) {
    counter!(FALLBACKS, "model" => model.provider_id.clone(), "failure" => failure.code())
        .increment(1);
}

pub(crate) fn first_token(model: &ChosenModel, after: Duration) {
    histogram!(FIRST_TOKEN, "model" => model.provider_id.clone()).record(after);
}

/// Counts a run for as long as it lives.
pub(crate) struct Running(());

impl Running {
    pub(crate) fn begin() -> Self {
        gauge!(RUNNING).increment(1.0);
        Self(())
    }

    /// It has ended.
    pub(crate) fn end(self, model: &ChosenModel, status: MessageStatus) {
        counter!(GENERATIONS, "model" => model.provider_id.clone(), "outcome" => status.code())
            .increment(1);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        gauge!(RUNNING).decrement(1.0);
    }
}
