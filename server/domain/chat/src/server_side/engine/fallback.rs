//! Another model, where the one asked for cannot answer.

use payments::{Prices, queries::price_at};

use super::{Engine, Live, Run, prompt};
use crate::{
    Failure, charges,
    error::Error,
    model::{context::answer_reserve, tokens::estimate},
    model_client::CompletionRequest,
    store::{self, ChosenModel},
};

/// Whether another model of the same provider may do better.
///
/// Not where the provider is not reached at all: the other model is at the same address. Not where
/// the model has answered, if only to refuse: what it says about a question is its answer.
pub(super) fn may_help(failure: Failure) -> bool {
    match failure {
        // Keys and quotas can be a model's own; so can limits, faults and silence.
        Failure::Unauthorized
        | Failure::UnknownModel
        | Failure::RateLimited
        | Failure::ProviderError
        | Failure::Cut
        | Failure::Stalled => true,
        Failure::Unreachable
        | Failure::Rejected
        | Failure::Malformed
        | Failure::Empty
        | Failure::TooLong
        | Failure::Internal => false,
    }
}

/// Makes the run one of its model's fallback, in the database and for its readers, and says what
/// that is to be asked. `None` when there is none that could take the question, or when the change
/// could not be stored: price and name must be of the model that answers.
pub(super) async fn take_over(
    engine: &Engine,
    run: &mut Run,
    live: &Live,
) -> Option<CompletionRequest> {
    match prepare(engine, run).await {
        Ok(Some((fallback, prices, request))) => {
            tracing::info!(
                fallback = fallback.provider_id,
                "another model is asked instead"
            );
            live.set_model(&fallback.name);
            run.model = fallback;
            run.prices = prices;
            Some(request)
        }
        Ok(None) => None,
        Err(error) => {
            tracing::error!(%error, "could not hand the answer to another model");
            None
        }
    }
}

async fn prepare(
    engine: &Engine,
    run: &Run,
) -> Result<Option<(ChosenModel, Option<Prices>, CompletionRequest)>, Error> {
    let db = engine.db();
    let Some(fallback) = store::fallback_of(db, run.model.id).await? else {
        return Ok(None);
    };
    let prices = price_at(db, fallback.id.0, db.now()).await?;
    let mut request = prompt::assemble(db.pool(), engine, run, &fallback).await?;
    if prices.is_some() {
        request.max_tokens = Some(charges::longest_answer(&fallback));
    }
    if !fits(&fallback, &request) {
        tracing::info!(
            fallback = fallback.provider_id,
            "the question does not fit the fallback's window"
        );
        return Ok(None);
    }
    let stored = store::answer_by(db, run.generation_id, fallback.id).await?;
    Ok(stored.then_some((fallback, prices, request)))
}

/// Whether the request leaves room for the answer. The question is in it whole, however long; the
/// answer that it continues may take half of that room.
fn fits(model: &ChosenModel, request: &CompletionRequest) -> bool {
    let turns: usize = request.turns.iter().map(|t| estimate(&t.text)).sum();
    let window = model.window();
    estimate(&request.system) + turns + answer_reserve(window) / 2 <= window
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Code;

    #[test]
    fn another_model_is_asked_only_where_it_may_do_better() {
        let helps: Vec<_> = Failure::CODES
            .iter()
            .filter(|(failure, _)| may_help(*failure))
            .map(|(_, code)| *code)
            .collect();
        assert_eq!(
            helps,
            [
                "unauthorized",
                "unknown_model",
                "rate_limited",
                "provider_error",
                "cut",
                "stalled"
            ]
        );
    }
}
