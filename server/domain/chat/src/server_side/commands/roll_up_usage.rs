use kernel::{Db, Event, Recorded, Tx, inbox};

use crate::{
    ModelId,
    error::Error,
    events::{ConversationSummarised, ConversationTitled, GenerationFinished},
    store::{self, UsedFor},
};

/// The consumer's name in the inbox.
pub const USAGE: &str = "chat.usage";
/// The kinds of events that tell of a model's use.
pub const TELL_OF_USAGE: [&str; 3] = [
    GenerationFinished::TYPE,
    ConversationSummarised::TYPE,
    ConversationTitled::TYPE,
];

/// Adds what an event tells of a model's use to the day's sums. Run by the consumer of
/// [`TELL_OF_USAGE`]; the same event again changes nothing.
///
/// # Errors
/// Only [`Error::Internal`]: the event is then delivered again.
#[tracing::instrument(name = "chat.roll_up_usage", skip_all, fields(event = %event.id))]
pub async fn roll_up_usage(db: &Db, event: &Recorded) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    roll_up_usage_in(&mut tx, event).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`roll_up_usage`], in the caller's transaction; `false` when the event tells of no use or had
/// been added before.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn roll_up_usage_in(tx: &mut Tx, event: &Recorded) -> Result<bool, Error> {
    let known = TELL_OF_USAGE.contains(&event.kind.as_str());
    if !known {
        return Ok(false);
    }
    store::share_usage(tx).await?;
    if !inbox::first_time(tx, USAGE, event.id).await? {
        return Ok(false);
    }
    if let Some((model, used)) = used(event)? {
        store::add_usage(tx, event.occurred_at.date(), model, used).await?;
    }
    Ok(true)
}

/// Empties the sums, and forgets which events were added, until the caller's transaction ends;
/// whoever adds meanwhile waits for that.
///
/// # Errors
/// Only [`Error::Internal`].
pub async fn clear_usage_in(tx: &mut Tx) -> Result<(), Error> {
    store::clear_usage(tx).await?;
    inbox::forget(tx, USAGE).await?;
    Ok(())
}

fn used(event: &Recorded) -> Result<Option<(ModelId, UsedFor)>, Error> {
    if let Some(run) = event.decode::<GenerationFinished>()? {
        let used = UsedFor {
            purpose: "answer",
            input_tokens: run.input_tokens,
            output_tokens: run.output_tokens,
            cost: run.cost.unwrap_or_default(),
        };
        return Ok(Some((run.model_id, used)));
    }
    if let Some(summary) = event.decode::<ConversationSummarised>()? {
        let used = UsedFor {
            purpose: "summary",
            input_tokens: summary.input_tokens,
            output_tokens: summary.output_tokens,
            cost: summary.cost.unwrap_or_default(),
        };
        return Ok(Some((summary.model_id, used)));
    }
    let title = event.decode::<ConversationTitled>()?;
    // First words make a title without a model.
    Ok(title.and_then(|title| {
        let used = UsedFor {
            purpose: "title",
            input_tokens: title.input_tokens?,
            output_tokens: title.output_tokens?,
            cost: title.cost.unwrap_or_default(),
        };
        Some((title.model_id?, used))
    }))
}
