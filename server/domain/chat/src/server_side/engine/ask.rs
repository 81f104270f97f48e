//! Asks the provider, and takes in what arrives.

use std::time::{Duration, Instant};

use futures::StreamExt;

use super::{
    Engine, Live, Run, fallback, prompt,
    retry::{Failed, Retries},
};
use crate::{
    Failure, measures,
    model_client::{CompletionRequest, Delta, ModelError, Usage},
};

/// The most bytes of an answer: more than any model writes; a provider that never ends is ended.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Takes in the answer: of the run's model, or of its fallback, which then is the run's model.
/// Dropping this future closes the provider's connection, and ends any waiting.
pub(super) async fn ask(
    engine: &Engine,
    run: &mut Run,
    live: &Live,
    sent: &mut Option<CompletionRequest>,
    usage: &mut Option<Usage>,
) -> Result<(), Failure> {
    let mut intake = Intake {
        live,
        usage,
        begun: Instant::now(),
        before: live.len(),
        taken: 0,
    };
    let asked = ask_model(engine, run, Retries::patient(), &mut intake, sent).await;
    let Err(failure) = asked else {
        return Ok(());
    };
    let first = run.model.clone();
    if intake.taken > 0
        || !fallback::may_help(failure)
        || !fallback::take_over(engine, run, live, sent.as_ref()).await
    {
        return Err(failure);
    }
    measures::fallback(&first, failure);
    ask_model(engine, run, Retries::none(), &mut intake, sent).await
}

async fn ask_model(
    engine: &Engine,
    run: &Run,
    mut retries: Retries,
    intake: &mut Intake<'_>,
    sent: &mut Option<CompletionRequest>,
) -> Result<(), Failure> {
    let request = prompt::assemble(engine, run, &run.model)
        .await
        .map_err(|error| {
            tracing::error!(%error, "could not read the conversation to answer");
            Failure::Internal
        })?;
    *sent = Some(request.clone());
    loop {
        let Err(failed) = intake.take_in(engine, run, request.clone()).await else {
            return Ok(());
        };
        let wait = retries.after(&failed, fraction(engine));
        note(run, &failed.error, wait);
        match wait {
            Some(wait) => tokio::time::sleep(wait).await,
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

/// Where an answer goes.
struct Intake<'a> {
    live: &'a Live,
    usage: &'a mut Option<Usage>,
    begun: Instant,
    /// Bytes of the answer before: it may continue another.
    before: usize,
    /// Bytes of text so far.
    taken: usize,
}

impl Intake<'_> {
    /// One request, to its end.
    async fn take_in(
        &mut self,
        engine: &Engine,
        run: &Run,
        request: CompletionRequest,
    ) -> Result<(), Failed> {
        *self.usage = None;
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
        let mut deltas = engine.client().stream(request).await?;
        let mut finished = false;
        while let Some(delta) = deltas.next().await {
            match delta? {
                Delta::Text(text) => self.push(run, storable(text))?,
                Delta::Usage(counted) => *self.usage = Some(counted),
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

    fn push(&mut self, run: &Run, mut text: String) -> Result<(), ModelError> {
        if self.taken == 0 && !text.is_empty() {
            measures::first_token(&run.model, self.begun.elapsed());
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
