//! What is counted of answers, for whoever runs the site; specification/operations.md explains it.
//! Labels are few: a model of the table, a code of an enumeration.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::{Failure, MessageStatus, codes::Code, model_client::Usage, store::ChosenModel};

const FAILURES: &str = "parlance_provider_failures_total";
const RETRIES: &str = "parlance_provider_retries_total";
const FALLBACKS: &str = "parlance_provider_fallbacks_total";
const GENERATIONS: &str = "parlance_generations_total";
const RUNNING: &str = "parlance_generations_running";
const STARTED: &str = "parlance_generations_started_total";
const TOKENS: &str = "parlance_tokens_total";
const COST: &str = "parlance_cost_micro_usd_total";

/// The histogram of the time to the first token; whoever exports it wants [`BUCKETS`].
pub const FIRST_TOKEN: &str = "parlance_first_token_seconds";

/// Seconds: from a model on the same machine to one that thinks for a minute.
pub const BUCKETS: [f64; 12] = [
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// The histogram of our own part of that time: all but waiting for the provider. Whoever exports it
/// wants [`OVERHEAD_BUCKETS`].
pub const OVERHEAD: &str = "parlance_first_token_overhead_seconds";

/// Seconds: 0.015 is what the benchmark allows, 0.05 the objective.
pub const OVERHEAD_BUCKETS: [f64; 9] = [0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1.0];

/// The histogram of how fast complete answers were written; whoever exports it wants
/// [`SPEED_BUCKETS`].
pub const SPEED: &str = "parlance_tokens_per_second";

/// Tokens a second: from a small machine of one's own to the fastest providers.
pub const SPEED_BUCKETS: [f64; 9] = [1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 1_000.0, 5_000.0];

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
    describe_counter!(STARTED, "Answers that have begun, by model.");
    describe_counter!(
        TOKENS,
        "Tokens of answers and of what was sent for them, by model and kind."
    );
    describe_counter!(
        COST,
        "What answers have cost at the models' prices, in millionths of a US dollar, by model."
    );
    describe_histogram!(
        OVERHEAD,
        Unit::Seconds,
        "Of the time to the first text, what was not waiting for the provider."
    );
    describe_histogram!(
        SPEED,
        "Tokens a second of complete answers, from the first text to the last, by model."
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

/// The first text has come, `after` the start of the run; for so long the provider was `waited` for.
pub(crate) fn first_token(model: &ChosenModel, after: Duration, waited: Duration) {
    histogram!(FIRST_TOKEN, "model" => model.provider_id.clone()).record(after);
    histogram!(OVERHEAD).record(after.saturating_sub(waited));
}

/// What a run has used, and what that costs where the model has prices.
pub(crate) fn used(model: &ChosenModel, usage: Usage, cost: Option<i64>) {
    let count = |kind: &'static str, tokens: i64| {
        counter!(TOKENS, "model" => model.provider_id.clone(), "kind" => kind)
            .increment(u64::try_from(tokens).unwrap_or_default());
    };
    count("input", usage.input_tokens);
    count("output", usage.output_tokens);
    if let Some(cost) = cost.and_then(|cost| u64::try_from(cost).ok()) {
        counter!(COST, "model" => model.provider_id.clone()).increment(cost);
    }
}

/// A complete answer of so many tokens was written within this time.
pub(crate) fn pace(model: &ChosenModel, output_tokens: i64, writing: Duration) {
    // One chunk has no speed.
    if output_tokens > 1 && !writing.is_zero() {
        histogram!(SPEED, "model" => model.provider_id.clone())
            .record(output_tokens as f64 / writing.as_secs_f64());
    }
}

/// A failure as it is named in metrics, traces, events and the database.
pub fn code(failure: Failure) -> &'static str {
    failure.code()
}

/// Counts a run for as long as it lives.
pub(crate) struct Running(());

impl Running {
    pub(crate) fn begin(model: &ChosenModel) -> Self {
        counter!(STARTED, "model" => model.provider_id.clone()).increment(1);
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
