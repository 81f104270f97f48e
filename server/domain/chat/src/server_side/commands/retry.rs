//! What regenerating and continuing have in common: another answer takes its place beside one that
//! has ended.

use kernel::{Actor, OnConstraint, Tx, UserId};

use crate::{
    ConversationId, Engine, GenerationId, MessageId, ModelId, Retried, Speaker, charges,
    choose_model::choose_model,
    codes::Code,
    engine::{LEASE, Run},
    error::Error,
    events::AnswerRequested,
    model::context,
    queries::window::window,
    store::{self, EarlierMessage, LockedConversation},
};

/// Another answer that is about to be asked for.
pub(super) struct Retry {
    pub answer_id: MessageId,
    pub original_id: MessageId,
    pub model_id: Option<ModelId>,
    /// Begin with the original's text.
    pub carry_on: bool,
}

/// Stores the answer, the run and the event together; then the run begins.
pub(super) async fn retry(engine: Engine, actor: Actor, retry: Retry) -> Result<Retried, Error> {
    let user_id = actor.person()?;
    let mut tx = engine.db().begin().await?;
    let conversation = store::lock_conversation_of(&mut tx, user_id, retry.original_id)
        .await?
        .ok_or(Error::NotFound)?;
    let place = store::find_place(&mut tx, conversation.id, retry.original_id).await?;
    // After the lock, so that of two equal requests the second one sees the first one's answer.
    if let Some(earlier) = store::find_earlier(&mut tx, retry.answer_id).await? {
        drop(tx);
        let beside = place.node.is_some_and(|n| n.parent_id == earlier.parent_id);
        let known = beside && is_answer_to(&retry, &earlier, conversation.id);
        return match known {
            true => asked_before(&engine, conversation.id, retry.answer_id).await,
            false => Err(Error::MessageIdTaken),
        };
    }
    let question_id = place.may_be_answered_again()?;
    let mut run = new_run(
        &engine,
        &mut tx,
        user_id,
        &conversation,
        question_id,
        &retry,
    )
    .await?;
    store::insert_answer(&mut tx, &run, LEASE)
        .await
        .on_constraint("messages_pkey", || Error::MessageIdTaken)?;
    // Beside the head, the way there is the way that is shown.
    if conversation.head_id != Some(retry.original_id) {
        store::show_way_to(&mut tx, question_id).await?;
    }
    charges::hold(&engine, &mut tx, &mut run).await?;
    tx.record(&AnswerRequested {
        conversation_id: conversation.id,
        user_id,
        answer_id: run.answer_id,
        original_id: retry.original_id,
        generation_id: run.generation_id,
        model_id: run.model.id,
        continued_bytes: run.continued.len() as u64,
    })?;
    tx.commit().await?;
    engine.start(run);
    asked_before(&engine, conversation.id, retry.answer_id).await
}

async fn new_run(
    engine: &Engine,
    tx: &mut Tx,
    user_id: UserId,
    conversation: &LockedConversation,
    question_id: MessageId,
    retry: &Retry,
) -> Result<Run, Error> {
    let model = choose_model(tx.conn(), retry.model_id, Some(conversation.model_id)).await?;
    let question = store::body_of(tx, question_id).await?;
    if !context::fits(model.window(), engine.system_prompt(), &question) {
        return Err(Error::MessageTooLong);
    }
    let continued = match retry.carry_on {
        true => store::body_of(tx, retry.original_id).await?,
        false => String::new(),
    };
    Ok(Run {
        generation_id: GenerationId(tx.new_id()),
        answer_id: retry.answer_id,
        conversation_id: conversation.id,
        user_id,
        question_id,
        model,
        continued,
        prices: None,
        request: None,
    })
}

fn is_answer_to(retry: &Retry, earlier: &EarlierMessage, conversation: ConversationId) -> bool {
    earlier.conversation_id == conversation
        && earlier.role == Speaker::Assistant.code()
        && earlier.id != retry.original_id
}

async fn asked_before(
    engine: &Engine,
    conversation_id: ConversationId,
    answer_id: MessageId,
) -> Result<Retried, Error> {
    let mut connection = engine.db().pool().acquire().await?;
    let shown = window(&mut connection, engine, conversation_id, answer_id, 0..=0).await?;
    let answer = shown.messages.into_iter().next().ok_or(Error::NotFound)?;
    Ok(Retried {
        conversation_id,
        answer,
    })
}
