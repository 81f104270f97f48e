//! What sending and editing have in common: a person's message takes its place in the tree, and a
//! model answers it.

use kernel::{Internal, OnConstraint, Tx, UserId};
use tracing::Instrument;

use crate::{
    ConversationId, Engine, GenerationId, MessageBody, MessageId, ModelId, Sent, charges,
    choose_model::choose_model,
    engine::{LEASE, Run},
    error::Error,
    events::{ConversationStarted, MessageSent},
    model::context,
    queries::message_views,
    store::{self, EarlierMessage, LockedConversation},
};

/// A message that is about to be said.
pub(super) struct Saying {
    pub message_id: MessageId,
    pub model_id: Option<ModelId>,
    pub body: MessageBody,
    /// `None` begins one.
    pub conversation: Option<LockedConversation>,
    pub parent_id: Option<MessageId>,
    /// The message in whose place it is said.
    pub edited_id: Option<MessageId>,
}

/// Carries a command to its end even when whoever asked goes away: what is committed must also
/// begin to run.
pub(super) async fn to_the_end<T: Send + 'static>(
    command: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(command.in_current_span())
        .await
        .map_err(Internal::new)?
}

/// Stores the message, the empty answer, the run and the events together; then the run begins.
pub(super) async fn say(
    engine: &Engine,
    user_id: UserId,
    mut tx: Tx,
    saying: Saying,
) -> Result<Sent, Error> {
    let current = saying.conversation.as_ref().map(|c| c.model_id);
    let model = choose_model(tx.conn(), saying.model_id, current).await?;
    let body = saying.body.as_str();
    if !context::fits(model.window(), engine.system_prompt(), body) {
        return Err(Error::MessageTooLong);
    }
    let conversation_id = match &saying.conversation {
        Some(conversation) => conversation.id,
        None => begin_conversation(&mut tx, user_id, model.id).await?,
    };
    let mut run = Run {
        generation_id: GenerationId(tx.new_id()),
        answer_id: MessageId(tx.new_id()),
        conversation_id,
        user_id,
        question_id: saying.message_id,
        model,
        continued: String::new(),
        prices: None,
        request: None,
    };
    // Below the head is below what is shown, and nothing else is there.
    let head = saying.conversation.as_ref().and_then(|c| c.head_id);
    let beside = saying.parent_id != head;
    store::insert_exchange(&mut tx, &run, saying.parent_id, &saying.body, LEASE)
        .await
        .on_constraint("messages_pkey", || Error::MessageIdTaken)?;
    if let Some(parent) = saying.parent_id.filter(|_| beside) {
        store::show_way_to(&mut tx, parent).await?;
    }
    charges::hold(engine, &mut tx, &mut run).await?;
    tx.record(&MessageSent {
        conversation_id,
        user_id,
        message_id: saying.message_id,
        generation_id: run.generation_id,
        model_id: run.model.id,
        chars: body.chars().count() as u64,
        edited_id: saying.edited_id,
    })?;
    let sent_at = tx.now();
    tx.commit().await?;

    let sent = message_views::just_sent(&run, &saying.body, sent_at);
    engine.start(run);
    if beside {
        return message_views::sent_before(engine, conversation_id, saying.message_id)
            .await?
            .ok_or(Error::NotFound);
    }
    Ok(sent)
}

/// The answer to a request that has been carried out before, if what its id stands for is the
/// `same`.
pub(super) async fn said_before(
    engine: &Engine,
    user_id: UserId,
    body: &MessageBody,
    earlier: &EarlierMessage,
    same: bool,
) -> Result<Sent, Error> {
    // An answer's body is not read here, and a person's is never empty.
    if !same || earlier.user_id != user_id || earlier.body != body.as_str() {
        return Err(Error::MessageIdTaken);
    }
    message_views::sent_before(engine, earlier.conversation_id, earlier.id)
        .await?
        .ok_or(Error::MessageIdTaken)
}

async fn begin_conversation(
    tx: &mut Tx,
    user_id: UserId,
    model: ModelId,
) -> Result<ConversationId, Error> {
    let id = ConversationId(tx.new_id());
    store::insert_conversation(tx, id, user_id, model).await?;
    tx.record(&ConversationStarted {
        conversation_id: id,
        user_id,
    })?;
    Ok(id)
}
