use std::time::Duration;

use kernel::{Recorded, inbox};

use crate::{
    ConversationId, Engine, Speaker, Title, charges,
    error::Error,
    events::{ConversationStarted, ConversationTitled},
    model_client::{Completion, CompletionRequest, Turn},
    store::{self, Opening},
};

/// The consumer's name in the inbox.
const CONSUMER: &str = "chat.title";
const PROMPT: &str = "Write a title for the conversation that begins with the following message: \
    at most six words, in the language of the message, without quotation marks or a full stop. \
    Answer with the title only.";
const PATIENCE: Duration = Duration::from_secs(20);

/// Gives a new conversation its automatic title: by the model, else its first words. Run by the
/// consumer of [`ConversationStarted`]; the same event again changes nothing, and a title chosen
/// by the person stays.
///
/// # Errors
/// Only [`Error::Internal`]: the event is then delivered again.
#[tracing::instrument(name = "chat.title_conversation", skip_all, fields(event = %event.id))]
pub async fn title_conversation(engine: &Engine, event: &Recorded) -> Result<(), Error> {
    let Some(started) = event.decode::<ConversationStarted>()? else {
        return Ok(());
    };
    let db = engine.db();
    let conversation_id = started.conversation_id;
    // The look at the inbox spares a call to the model when the event comes again.
    let opening = store::untitled_opening(db, conversation_id).await?;
    let made = match opening {
        Some(opening) if !inbox::has_seen(db, CONSUMER, event.id).await? => {
            let (title, usage) = make_title(engine, conversation_id, &opening).await;
            let cost = match usage {
                Some(usage) => charges::provider_cost(db, opening.model_id, usage).await?,
                None => None,
            };
            let model_id = usage.map(|_| opening.model_id);
            Some((title, model_id, usage, cost))
        }
        _ => None,
    };

    let mut tx = db.begin().await?;
    if !inbox::first_time(&mut tx, CONSUMER, event.id).await? {
        return Ok(());
    }
    let mut shown = None;
    if let Some((title, model_id, usage, cost)) = made {
        store::lock_for_events(&mut tx, conversation_id).await?;
        if store::set_title(&mut tx, conversation_id, &title, false).await? {
            let (input_tokens, output_tokens) =
                usage.map(|u| (u.input_tokens, u.output_tokens)).unzip();
            tx.record(&ConversationTitled {
                conversation_id,
                user_id: started.user_id,
                model_id,
                input_tokens,
                output_tokens,
                cost,
            })?;
            let key = format!("title:{conversation_id}");
            charges::book(&mut tx, started.user_id, &key, cost).await?;
            shown = Some(title);
        }
    }
    tx.commit().await?;
    if let Some(title) = shown {
        engine.show_title(conversation_id, &title);
    }
    Ok(())
}

async fn make_title(
    engine: &Engine,
    conversation_id: ConversationId,
    opening: &Opening,
) -> (Title, Option<crate::model_client::Usage>) {
    // A title needs no more than the beginning.
    let text: String = opening.text.chars().take(2_000).collect();
    let request = CompletionRequest {
        conversation_id,
        model: opening.provider_id.clone(),
        system: PROMPT.to_owned(),
        turns: vec![Turn {
            speaker: Speaker::User,
            text,
        }],
        max_tokens: Some(64),
    };
    let answer = tokio::time::timeout(PATIENCE, engine.client().complete(request)).await;
    match answer {
        Ok(Ok(Completion { text, usage })) => {
            let line = text.trim().lines().next().unwrap_or_default();
            let line = line.trim_matches(|c: char| c.is_whitespace() || "\"'“”„«»*#`".contains(c));
            match Title::from_first_words(line, 60) {
                Some(title) => return (title, usage),
                None => tracing::warn!("the model made no usable title"),
            }
        }
        Ok(Err(error)) => tracing::warn!(%error, "the model made no title"),
        Err(_) => tracing::warn!("the model took too long over a title"),
    }
    (first_words(&opening.text), None)
}

fn first_words(opening: &str) -> Title {
    Title::from_first_words(opening, 48)
        .unwrap_or_else(|| Title::parse("New conversation").expect("a valid title"))
}
