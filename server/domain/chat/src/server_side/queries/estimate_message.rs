use kernel::{Actor, Db};
use payments::{
    MicroUsd, TokenUsage, cost,
    queries::{my_balance, my_caps, price_at, usual_answer},
    worst_case,
};

use crate::{
    ConversationId, Engine, MessageId, ModelId, Speaker, charges,
    choose_model::choose_model,
    error::Error,
    model::context::{self, Branch},
    model_client::Turn,
    store,
};

/// Tokens of an answer, before a model has given the person one: some two hundred words and fifty.
const USUAL: i64 = 330;

/// A message as far as it is written.
#[derive(Debug, Clone)]
pub struct UnsentMessage {
    /// Where; `None` begins one.
    pub conversation_id: Option<ConversationId>,
    /// Who is to answer; by default as for a message that is sent.
    pub model_id: Option<ModelId>,
    /// The text so far.
    pub text: String,
}

/// What the answer to a message would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostEstimate {
    /// With an answer as long as the model's last ones were to this person. Input that the provider has
    /// cached, which is cheaper, is not foreseen.
    pub likely: MicroUsd,
    /// What is held while it is written: it never costs more.
    pub most: MicroUsd,
    /// What the person can spend now.
    pub available: MicroUsd,
}

/// Estimates a message by the same rule as credit is held by when it is sent: of the conversation, what would
/// be sent along counts. `None` for a model without prices. Places no hold, and reads only.
///
/// # Errors
/// [`Error::NotFound`] when the conversation is not this person's, or is deleted; [`Error::ModelUnavailable`] and
/// [`Error::NoModel`]; [`Error::MessageTooLong`] when it does not fit the model's window.
#[tracing::instrument(name = "chat.estimate_message", skip_all)]
pub async fn estimate_message(
    engine: &Engine,
    actor: Actor,
    message: UnsentMessage,
) -> Result<Option<CostEstimate>, Error> {
    actor.person()?;
    let db = engine.db();
    let (head, current) = match message.conversation_id {
        Some(id) => end_of(db, actor, id).await?,
        None => (None, None),
    };
    let mut connection = db.pool().acquire().await?;
    let model = choose_model(&mut connection, message.model_id, current).await?;
    let (window, system) = (model.window(), engine.system_prompt());
    if !context::fits(window, system, &message.text) {
        return Err(Error::MessageTooLong);
    }
    let mut branch = match head {
        Some(head) => {
            store::branch_before_answer(&mut *connection, head, context::room(window, system))
                .await?
        }
        None => Branch {
            whole: true,
            ..Branch::default()
        },
    };
    drop(connection);
    branch.messages.push(Turn {
        speaker: Speaker::User,
        text: message.text,
    });
    let sent = context::fit(window, system, branch, "");
    let Some(prices) = price_at(db, model.id.0, db.now()).await? else {
        return Ok(None);
    };
    let (input, longest) = (
        charges::tokens_sent(&sent.system, &sent.turns),
        i64::from(charges::longest_answer(&model)),
    );
    let usual = usual_answer(db, actor, model.id.0).await?;
    let likely = TokenUsage {
        input,
        cached_input: 0,
        output: usual.unwrap_or(USUAL).min(longest),
    };
    let worst = worst_case(prices.ours, input, longest).map_err(payments::Error::from)?;
    let cap = my_caps(db, actor).await?.message;
    let most = cap.map_or(worst, |cap| cap.min(worst));
    let likely = cost(prices.ours, likely).map_err(payments::Error::from)?;
    Ok(Some(CostEstimate {
        likely: likely.min(most),
        most,
        available: my_balance(db, actor).await?.available,
    }))
}

/// What the next message of a conversation follows, and the model that answers there.
async fn end_of(
    db: &Db,
    actor: Actor,
    id: ConversationId,
) -> Result<(Option<MessageId>, Option<ModelId>), Error> {
    let row = sqlx::query!(
        r#"select head_id as "head_id: MessageId", model_id as "model_id: ModelId" from conversations
           where id = $1 and user_id = $2 and deleted_at is null"#,
        id.0,
        actor.person()?.0,
    );
    let row = row.fetch_optional(db.pool()).await?;
    row.map(|row| (row.head_id, Some(row.model_id)))
        .ok_or(Error::NotFound)
}
