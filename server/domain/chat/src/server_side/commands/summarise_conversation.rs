use std::time::Duration;

use kernel::{Recorded, inbox};

use crate::{
    ConversationId, Engine, Speaker, charges,
    error::Error,
    events::{ConversationSummarised, GenerationFinished},
    model::{context, summary, tokens},
    model_client::{Completion, CompletionRequest, Turn, Usage},
    store::{self, ChosenModel, MadeSummary},
};

/// The consumer's name in the inbox.
const CONSUMER: &str = "chat.summary";
/// Longer than for a title: there is more to read, and nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Summarises the beginning of a conversation before it no longer fits the model's window. Run by
/// the consumer of [`GenerationFinished`]; the same event again changes nothing.
///
/// Most of the time there is nothing to do, which costs two queries and leaves no trace. A model
/// that fails leaves the conversation without a (further) summary: requests are then cut as they
/// would be without any, and the next answer's end tries again.
///
/// # Errors
/// Only [`Error::Internal`]: the event is then delivered again.
#[tracing::instrument(name = "chat.summarise_conversation", skip_all, fields(event = %event.id))]
pub async fn summarise_conversation(engine: &Engine, event: &Recorded) -> Result<(), Error> {
    let Some(finished) = event.decode::<GenerationFinished>()? else {
        return Ok(());
    };
    let db = engine.db();
    let Some(model) = store::conversation_model(db, finished.generation_id).await? else {
        return Ok(());
    };
    let (window, system) = (model.window(), engine.system_prompt());
    let limit = context::in_full(context::room(window, system));
    let branch = store::unsummarised(db, finished.generation_id, limit).await?;
    let earlier = branch.earlier.as_deref();
    let covered = summary::due(window, system, earlier, &branch.said)
        .and_then(|count| branch.ids.get(..count))
        .unwrap_or_default();
    let Some(last) = covered.last() else {
        return Ok(());
    };
    // The look at the inbox spares a call to the model when the event comes again.
    if inbox::has_seen(db, CONSUMER, event.id).await? {
        return Ok(());
    }
    let messages = store::messages(db, covered).await?;
    let transcript = summary::transcript(window, earlier, &messages);
    let Some((text, usage, usage_estimated)) =
        summarise(engine, &model, finished.conversation_id, transcript).await
    else {
        return Ok(());
    };
    let made = MadeSummary {
        message_id: *last,
        text,
        model_id: model.id,
        usage,
        usage_estimated,
        cost: charges::provider_cost(db, model.id, usage).await?,
    };

    let mut tx = db.begin().await?;
    if !inbox::first_time(&mut tx, CONSUMER, event.id).await? {
        return Ok(());
    }
    store::lock_for_events(&mut tx, finished.conversation_id).await?;
    if store::add_summary(&mut tx, &made).await? {
        tx.record(&ConversationSummarised {
            conversation_id: finished.conversation_id,
            user_id: finished.user_id,
            message_id: made.message_id,
            model_id: made.model_id,
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            usage_estimated,
            cost: made.cost,
        })?;
        let key = format!("summary:{}", made.message_id);
        charges::book(&mut tx, finished.user_id, &key, made.cost).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The summary, and what it took; whether that was counted here comes last.
async fn summarise(
    engine: &Engine,
    model: &ChosenModel,
    conversation_id: ConversationId,
    transcript: String,
) -> Option<(String, Usage, bool)> {
    let (window, system) = (model.window(), engine.system_prompt());
    let prompt = summary::prompt(window, system);
    let sent = transcript.clone();
    let request = CompletionRequest {
        conversation_id,
        model: model.provider_id.clone(),
        system: prompt.clone(),
        turns: vec![Turn {
            speaker: Speaker::User,
            text: transcript,
        }],
        max_tokens: u32::try_from(summary::most_tokens(window, system)).ok(),
    };
    match tokio::time::timeout(PATIENCE, engine.client().complete(request)).await {
        Ok(Ok(Completion { text, usage })) => {
            let counted = || Usage {
                input_tokens: tokens::count(&prompt) + tokens::count(&sent),
                cached_input_tokens: 0,
                output_tokens: tokens::count(&text),
            };
            let made = summary::kept(window, system, &text);
            if made.is_none() {
                tracing::warn!("the model made an empty summary");
            }
            made.map(|made| (made, usage.unwrap_or_else(counted), usage.is_none()))
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "the model made no summary");
            None
        }
        Err(_) => {
            tracing::warn!("the model took too long over a summary");
            None
        }
    }
}
