//! Another model, where the one asked for cannot answer.

use super::{Engine, Live, Run};
use crate::{Failure, model::context, model_client::CompletionRequest, store};

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

/// Makes the run one of its model's fallback, in the database and for its readers. `false` when
/// there is none that could take the question, or when that could not be stored: price and name
/// must be of the model that answers.
pub(super) async fn take_over(
    engine: &Engine,
    run: &mut Run,
    live: &Live,
    sent: Option<&CompletionRequest>,
) -> bool {
    let db = engine.db();
    let fallback = match store::fallback_of(db, run.model.id).await {
        Ok(Some(fallback)) => fallback,
        Ok(None) => return false,
        Err(error) => {
            tracing::error!(%error, "could not look for a fallback");
            return false;
        }
    };
    let question = sent
        .and_then(|sent| sent.turns.last())
        .map_or("", |turn| &turn.text);
    if !context::fits(fallback.window(), engine.system_prompt(), question) {
        tracing::info!(
            fallback = fallback.provider_id,
            "the question does not fit the fallback's window"
        );
        return false;
    }
    match store::answer_by(db, run.generation_id, fallback.id).await {
        Ok(true) => {}
        Ok(false) => return false,
        Err(error) => {
            tracing::error!(%error, "could not store which model answers");
            return false;
        }
    }
    tracing::info!(
        fallback = fallback.provider_id,
        "another model is asked instead"
    );
    live.set_model(&fallback.name);
    run.model = fallback;
    true
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
