//! One run: ask the provider, take in what arrives, store the end.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use kernel::trace;
use tracing::Instrument;

use super::{
    Engine, Live, Origin, Run,
    ask::{Intake, ask},
    follow::Ended,
    store::{self, Ending},
};
use crate::{
    Failure, MessageStatus,
    charges::Bill,
    error::Error,
    events::GenerationFinished,
    measures::{self, Running},
    model::tokens,
    model_client::{CompletionRequest, Usage},
};

/// An answer up to this many bytes renders in well under 10 ms.
const QUICKLY_RENDERED: usize = 64 * 1024;
/// How often storing the end is tried while the database is away, a second apart.
const TRIES: u32 = 300;

/// What has come of a run.
struct Outcome {
    status: MessageStatus,
    failure: Option<Failure>,
    usage: Option<Usage>,
    /// From the first text to the last.
    writing: Option<Duration>,
    /// What was sent, for counting when the provider does not count.
    sent: Option<CompletionRequest>,
}

pub(super) async fn run(engine: Engine, mut run: Run, live: Arc<Live>, origin: Origin) {
    let span = tracing::info_span!(
        "chat.generate",
        generation = %run.generation_id, conversation = %run.conversation_id,
        user_id = %run.user_id, model = run.model.provider_id,
    );
    if let Some(traceparent) = origin.traceparent {
        trace::continue_from(&span, &traceparent);
    }
    tokens::begin_to_load();
    async {
        let running = Running::begin(&run.model);
        // A panic was logged and counted where it happened. Whoever waits for the answer learns that
        // it has ended.
        let outcome = AssertUnwindSafe(drive(&engine, &mut run, &live, origin.begun))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Outcome::broken());
        let ended = AssertUnwindSafe(finish(&engine, &run, &live, outcome))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Ended::as_interrupted());
        running.end(&run.model, ended.status);
        live.end(ended);
        super::lock(&engine.0.live).remove(&run.generation_id);
    }
    .instrument(span)
    .await;
}

impl Outcome {
    /// We broke. What has arrived is kept, and nobody pays for it.
    fn broken() -> Self {
        Self {
            status: MessageStatus::Failed,
            failure: Some(Failure::Internal),
            usage: None,
            writing: None,
            sent: None,
        }
    }
}

impl Ended {
    /// The end could not be stored: the lease runs out, and the answer is ended as interrupted with
    /// what was saved.
    fn as_interrupted() -> Self {
        Self {
            status: MessageStatus::Interrupted,
            failure: None,
        }
    }
}

async fn drive(engine: &Engine, run: &mut Run, live: &Live, begun: Instant) -> Outcome {
    let mut intake = Intake::new(live, begun);
    let (status, failure) = tokio::select! {
        biased;
        () = live.stop.cancelled() => (MessageStatus::Stopped, None),
        () = live.lost.cancelled() => (MessageStatus::Interrupted, None),
        () = engine.0.runs.cancelled() => (MessageStatus::Interrupted, None),
        answered = ask(engine, run, live, &mut intake) => match answered {
            Ok(()) => (MessageStatus::Complete, None),
            Err(failure) => (MessageStatus::Failed, Some(failure)),
        },
    };
    Outcome {
        status,
        failure,
        usage: intake.usage,
        writing: intake.first_text.map(|first| first.elapsed()),
        sent: intake.sent,
    }
}

/// Stores the end, trying again while the database is away: the text is in memory until it is
/// safe. Should it not come back in that time, the lease runs out and the answer is ended as
/// interrupted with what was saved.
async fn finish(engine: &Engine, run: &Run, live: &Arc<Live>, outcome: Outcome) -> Ended {
    let text = live.text();
    let html = final_html(live, text.len()).await;
    let (usage, usage_estimated) = match outcome.usage {
        Some(usage) => (usage, false),
        // The text taken over was not written by this run.
        None => {
            let written = text.get(run.continued.len()..).unwrap_or_default();
            (count(outcome.sent, written.to_owned()).await, true)
        }
    };
    // The text taken over was paid for when it was written.
    let written = text.get(run.continued.len()..).unwrap_or_default();
    let bill = Bill::of(run, usage, !written.trim().is_empty());
    measures::used(&run.model, usage, bill.cost());
    if let (MessageStatus::Complete, Some(writing)) = (outcome.status, outcome.writing) {
        measures::pace(&run.model, usage.output_tokens, writing);
    }
    let ending = Ending {
        status: outcome.status,
        failure: outcome.failure,
        text: &text,
        html: html.as_deref(),
        usage,
        usage_estimated,
        bill,
    };
    live.seal();
    // Pieces that are on their way arrive before the end does.
    drop(engine.0.saving.lock().await);
    for _ in 0..TRIES {
        match store_end(engine, run, &ending).await {
            Ok(true) => {
                return Ended {
                    status: ending.status,
                    failure: ending.failure,
                };
            }
            Ok(false) => {
                keep_words(engine, run, &ending).await;
                break;
            }
            Err(error) => {
                tracing::error!(%error, "could not store the end of an answer; trying again");
                if engine.0.runs.is_cancelled() {
                    break;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
    Ended::as_interrupted()
}

/// Another process has ended the run because its lease had run out, with the text that was saved
/// by then. What has arrived since is kept as well.
async fn keep_words(engine: &Engine, run: &Run, ending: &Ending<'_>) {
    tracing::warn!("the lease had run out: another process has ended this run");
    if let Err(error) = store::amend(engine.db(), run, ending).await {
        tracing::error!(%error, "could not store what arrived after the lease had run out");
    }
}

/// Rendering a long answer takes longer than the async threads may be held. A text that the
/// renderer breaks on is stored without.
async fn final_html(live: &Arc<Live>, length: usize) -> Option<String> {
    if length <= QUICKLY_RENDERED {
        return catch_unwind(AssertUnwindSafe(|| live.final_html())).ok();
    }
    let rendered = live.clone();
    let rendering = tokio::task::spawn_blocking(move || rendered.final_html());
    rendering.await.ok()
}

async fn store_end(engine: &Engine, run: &Run, ending: &Ending<'_>) -> Result<bool, Error> {
    let mut tx = engine.db().begin().await?;
    crate::store::lock_for_events(&mut tx, run.conversation_id).await?;
    if !store::finish(&mut tx, run, ending).await? {
        return Ok(false);
    }
    tx.record(&GenerationFinished {
        conversation_id: run.conversation_id,
        user_id: run.user_id,
        generation_id: run.generation_id,
        model_id: run.model.id,
        outcome: ending.outcome(),
        input_tokens: ending.usage.input_tokens,
        output_tokens: ending.usage.output_tokens,
        usage_estimated: ending.usage_estimated,
        cost: ending.bill.cost(),
    })?;
    // The wallet last, so that it is locked for no longer than needed.
    ending.bill.charge_in(&mut tx, run, ending.usage).await?;
    tx.commit().await?;
    Ok(true)
}

/// Counts what the provider did not, apart from the async threads: a long text takes longer than
/// those may be held. Nothing is counted of a request that was never made.
async fn count(sent: Option<CompletionRequest>, text: String) -> Usage {
    let Some(sent) = sent else {
        return Usage::default();
    };
    let counting = tokio::task::spawn_blocking(move || {
        let turns: i64 = sent.turns.iter().map(|t| tokens::count(&t.text) + 4).sum();
        Usage {
            input_tokens: turns + tokens::count(&sent.system),
            cached_input_tokens: 0,
            output_tokens: tokens::count(&text),
        }
    });
    counting.await.unwrap_or_default()
}
