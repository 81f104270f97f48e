use kernel::{Actor, Internal, OnConstraint, Tx, UserId};
use tracing::Instrument;

use crate::{
    ConversationId, Engine, GenerationId, MessageId, SendMessage, Sent,
    engine::{LEASE, Run},
    error::Error,
    events::{ConversationStarted, MessageSent},
    model::context,
    queries::message_views,
    store::{self, ChosenModel},
};

/// Says something, and has a model answer it.
///
/// The message, the empty answer, the run and the events are committed together; then the run
/// begins in the background, apart from whoever asked. The same message id again answers with
/// what it made the first time.
///
/// # Errors
/// [`Error::Busy`] while an answer is being written in the conversation; [`Error::NotFound`] when
/// the conversation is not this person's; [`Error::MessageTooLong`], before anything is stored,
/// when the message alone exceeds the model's window; [`Error::NoModel`],
/// [`Error::ModelUnavailable`], [`Error::MessageIdTaken`].
pub async fn send_message(
    engine: &Engine,
    actor: Actor,
    command: SendMessage,
) -> Result<Sent, Error> {
    // In a task of its own: whoever asked may go away at any moment, and what is committed must
    // also begin to run.
    let sending = send(engine.clone(), actor, command).in_current_span();
    tokio::spawn(sending).await.map_err(Internal::new)?
}

#[tracing::instrument(name = "chat.send_message", skip_all, fields(message = %command.message_id, conversation))]
async fn send(engine: Engine, actor: Actor, command: SendMessage) -> Result<Sent, Error> {
    let engine = &engine;
    let user_id = actor.person()?;
    let mut tx = engine.db().begin().await?;
    let conversation = match command.conversation_id {
        Some(id) => Some(
            store::lock_conversation(&mut tx, user_id, id)
                .await?
                .ok_or(Error::NotFound)?,
        ),
        None => None,
    };
    // After the lock, so that of two equal requests the second one sees the first one's message.
    if let Some(earlier) = store::find_sent(&mut tx, command.message_id).await? {
        return again(engine, user_id, &command, earlier, tx).await;
    }

    let model = choose_model(&mut tx, &command, conversation.as_ref().map(|c| c.model_id)).await?;
    if !context::fits(
        model.window(),
        engine.system_prompt(),
        command.body.as_str(),
    ) {
        return Err(Error::MessageTooLong);
    }
    let (conversation_id, parent) = match &conversation {
        Some(c) => (c.id, c.head_id),
        None => {
            let id = ConversationId(tx.new_id());
            store::insert_conversation(&mut tx, id, user_id, model.id).await?;
            tx.record(&ConversationStarted {
                conversation_id: id,
                user_id,
            })
            .await?;
            (id, None)
        }
    };
    tracing::Span::current().record("conversation", tracing::field::display(conversation_id));

    let answer_id = MessageId(tx.new_id());
    let generation_id = GenerationId(tx.new_id());
    let run = Run {
        generation_id,
        answer_id,
        conversation_id,
        user_id,
        question_id: command.message_id,
        model,
        continued: String::new(),
    };
    let stored = store::insert_exchange(&mut tx, &run, parent, &command.body, LEASE).await;
    match stored {
        Err(ref e) if is_violation(e, "messages_pkey") => {
            // Another request with the same id was faster: answer as it did.
            drop(tx);
            let mut tx = engine.db().begin().await?;
            let earlier = store::find_sent(&mut tx, command.message_id)
                .await?
                .ok_or(Error::MessageIdTaken)?;
            return again(engine, user_id, &command, earlier, tx).await;
        }
        other => other.on_constraint("generations_one_running", || Error::Busy)?,
    }
    tx.record(&MessageSent {
        conversation_id,
        user_id,
        message_id: command.message_id,
        generation_id,
        model_id: run.model.id,
        chars: command.body.as_str().chars().count() as u64,
    })
    .await?;
    let sent_at = tx.now();
    tx.commit().await?;

    let sent = message_views::just_sent(&run, &command.body, sent_at);
    engine.start(run);
    Ok(sent)
}

/// The answer to a request that has been carried out before.
async fn again(
    engine: &Engine,
    user_id: UserId,
    command: &SendMessage,
    earlier: store::EarlierMessage,
    tx: Tx,
) -> Result<Sent, Error> {
    drop(tx);
    let same = earlier.user_id == user_id
        && earlier.body == command.body.as_str()
        && command
            .conversation_id
            .is_none_or(|id| id == earlier.conversation_id);
    if !same {
        return Err(Error::MessageIdTaken);
    }
    message_views::sent_before(engine, earlier.conversation_id, command.message_id)
        .await?
        .ok_or(Error::MessageIdTaken)
}

/// The model asked for; else the conversation's while it is offered; else the default.
async fn choose_model(
    tx: &mut Tx,
    command: &SendMessage,
    current: Option<crate::ModelId>,
) -> Result<ChosenModel, Error> {
    if let Some(id) = command.model_id {
        return store::enabled_model(tx, id)
            .await?
            .ok_or(Error::ModelUnavailable);
    }
    if let Some(id) = current
        && let Some(model) = store::enabled_model(tx, id).await?
    {
        return Ok(model);
    }
    store::default_model(tx).await?.ok_or(Error::NoModel)
}

fn is_violation(e: &sqlx::Error, constraint: &str) -> bool {
    e.as_database_error()
        .is_some_and(|db| db.constraint() == Some(constraint))
}
