//! Asks the provider, and takes in what arrives.

use std::time::{Duration, Instant};

use futures::StreamExt;
use kernel::is_unavailable;

use super::{
    Engine, Live, Run, fallback, prompt,
    retry::{Failed, Retries},
};
use crate::{
    Failure, measures,
    model_client::{CompletionRequest, Delta, Deltas, ModelError, Usage},
};

/// The most bytes of an answer: more than any model writes; a provider that never ends is ended.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// So long the conversation may stay out of reach, and so often it is tried.
const READ_WITHIN: Duration = Duration::from_secs(30);
const READ_AGAIN: Duration = Duration::from_millis(250);

/// Takes in the answer: of the run's model, or of its fallback, which then is the run's model.
/// Dropping this future closes the provider's connection, and ends any waiting.
pub(super) async fn ask(
    engine: &Engine,
    run: &mut Run,
    live: &Live,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    let request = match run.request.take() {
        Some(request) => request,
        None => read(engine, run).await?,
    };
    intake.sent = Some(request.clone());
    let asked = ask_model(engine, run, request, Retries::patient(), intake).await;
    let Err(failure) = asked else {
        return Ok(());
    };
    if intake.taken > 0 || !fallback::may_help(failure) {
        return Err(failure);
    }
    let first = run.model.clone();
    let Some(request) = fallback::take_over(engine, run, live).await else {
        return Err(failure);
    };
    measures::fallback(&first, failure);
    intake.sent = Some(request.clone());
    ask_model(engine, run, request, Retries::none(), intake).await
}

/// What the model is to be asked. A database that is away for a moment, as when a standby takes over,
/// is waited for: the message was taken, and its answer is owed.
async fn read(engine: &Engine, run: &Run) -> Result<CompletionRequest, Failure> {
    let begun = Instant::now();
    loop {
        let error = match prompt::assemble(engine.db().pool(), engine, run, &run.model).await {
            Ok(request) => return Ok(request),
            Err(error) => error,
        };
        if !is_unavailable(&error) || begun.elapsed() > READ_WITHIN {
            tracing::error!(%error, "could not read the conversation to answer");
            return Err(Failure::Internal);
        }
        tracing::warn!(%error, "could not read the conversation to answer; trying again");
        tokio::time::sleep(READ_AGAIN).await;
    }
}

async fn ask_model(
    engine: &Engine,
    run: &Run,
    request: CompletionRequest,
    mut retries: Retries,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    loop {
        let Err(failed) = intake.take_in(engine, run, request.clone()).await else {
            return Ok(());
        };
        let wait = retries.after(&failed, fraction(engine));
        note(run, &failed.error, wait);
        match wait {
            Some(wait) => {
                tokio::time::sleep(wait).await;
                intake.waited += wait;
            }
            None => return Err(failed.error.failure),
        }
    }
}

/// Random, from 0 to 1: an id of the clock ends in random bits (RFC 9562, section 5.7).
fn fraction(engine: &Engine) -> f64 {
    f64::from(engine.db().clock().uuid().as_u128() as u32) / f64::from(u32::MAX)
}

/// The one place where a provider's failure is logged and counted.
fn note(run: &Run, error: &ModelError, wait: Option<Duration>) {
    let ModelError {
        failure, detail, ..
    } = error;
    let model = &run.model;
    measures::failure(model, *failure);
    match wait {
        Some(wait) => {
            measures::retry(model, *failure);
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            tracing::info!(
                model = model.provider_id,
                ?failure,
                detail,
                wait_ms,
                "the provider failed; asking again"
            );
        }
        None => tracing::warn!(
            model = model.provider_id,
            ?failure,
            detail,
            "the provider failed"
        ),
    }
}

/// Where an answer goes, and what is known of it so far.
pub(super) struct Intake<'a> {
    live: &'a Live,
    begun: Instant,
    /// Bytes of the answer before: it may continue another.
    before: usize,
    /// Bytes of text so far.
    taken: usize,
    /// Of the time to the first text, what the provider took, and the pauses it was given.
    waited: Duration,
    /// What was sent last.
    pub(super) sent: Option<CompletionRequest>,
    /// What the provider has counted.
    pub(super) usage: Option<Usage>,
    /// When the first text came.
    pub(super) first_text: Option<Instant>,
}

impl<'a> Intake<'a> {
    /// Of a run that has begun then.
    pub(super) fn new(live: &'a Live, begun: Instant) -> Self {
        Self {
            live,
            begun,
            before: live.len(),
            taken: 0,
            waited: Duration::ZERO,
            sent: None,
            usage: None,
            first_text: None,
        }
    }

    /// One request, to its end.
    async fn take_in(
        &mut self,
        engine: &Engine,
        run: &Run,
        request: CompletionRequest,
    ) -> Result<(), Failed> {
        self.usage = None;
        let taken = self.stream(engine, run, request).await;
        taken.map_err(|error| Failed {
            error,
            after_text: self.taken > 0,
        })
    }

    async fn stream(
        &mut self,
        engine: &Engine,
        run: &Run,
        request: CompletionRequest,
    ) -> Result<(), ModelError> {
        let asked = Instant::now();
        let opened = engine.client().stream(request).await;
        self.waited += asked.elapsed();
        let (mut deltas, mut finished) = (opened?, false);
        while let Some(delta) = self.next(&mut deltas).await {
            match delta? {
                Delta::Text(text) => self.push(run, storable(text))?,
                Delta::Usage(counted) => self.usage = Some(counted),
                Delta::Finished => finished = true,
            }
        }
        let failed = |failure, detail| Err(ModelError::new(failure, detail));
        match (finished, self.taken) {
            (false, _) => failed(Failure::Cut, "the stream ended before the answer did"),
            (true, 0) => failed(Failure::Empty, "an answer without text"),
            (true, _) => Ok(()),
        }
    }

    async fn next(&mut self, deltas: &mut Deltas) -> Option<Result<Delta, ModelError>> {
        if self.first_text.is_some() {
            return deltas.next().await;
        }
        let asked = Instant::now();
        let delta = deltas.next().await;
        self.waited += asked.elapsed();
        delta
    }

    fn push(&mut self, run: &Run, mut text: String) -> Result<(), ModelError> {
        if self.first_text.is_none() && !text.is_empty() {
            self.first_text = Some(Instant::now());
            measures::first_token(&run.model, self.begun.elapsed(), self.waited);
        }
        let whole = text.len();
        let room = MAX_BYTES.saturating_sub(self.before + self.taken);
        text.truncate(text.floor_char_boundary(room));
        if !text.is_empty() {
            self.taken += text.len();
            self.live.push(&text);
        }
        if text.len() < whole {
            let detail = format!("the answer has more than {MAX_BYTES} bytes");
            return Err(ModelError::new(Failure::TooLong, detail));
        }
        Ok(())
    }
}

/// Postgres cannot store NUL.
fn storable(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}")
    } else {
        text
    }
}
