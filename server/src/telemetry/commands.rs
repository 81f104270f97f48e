//! How often each command runs and how long it takes, taken from the spans that commands have: a new
//! command is measured without a word about it.
//!
//! Which of them fail through a fault of ours is counted where every such failure is made, in
//! [`kernel::Internal`].

use std::time::Instant;

use metrics::{Unit, describe_histogram, histogram};
use tracing::{Level, Metadata, Subscriber, span};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, LevelFilter, filter_fn},
    layer::Context,
    registry::LookupSpan,
};

/// The histogram of how long commands take; whoever exports it wants [`BUCKETS`].
pub const DURATION: &str = "parlance_command_duration_seconds";

/// Seconds: from one short transaction to one that waits for a model.
pub const BUCKETS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Says what it is, to the recorder that is installed.
pub fn describe() {
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "From the call of a command to its result, by command."
    );
}

/// The layer that measures.
pub(super) struct Commands;

struct Begun(Instant);

impl<S> Layer<S> for Commands
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_new_span(&self, _: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Begun(Instant::now()));
        }
    }

    fn on_close(&self, id: span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        if let Some(Begun(at)) = span.extensions().get() {
            histogram!(DURATION, "command" => span.name()).record(at.elapsed());
        }
    }
}

/// Spans of the files in a domain's `commands`.
pub(super) fn only() -> FilterFn {
    let is_command: fn(&Metadata<'_>) -> bool = is_command;
    filter_fn(is_command).with_max_level_hint(LevelFilter::INFO)
}

fn is_command(span: &Metadata<'_>) -> bool {
    span.is_span() && *span.level() <= Level::INFO && span.target().contains("::commands::")
}
