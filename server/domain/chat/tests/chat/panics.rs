//! What becomes of an answer when our own code panics.

use std::sync::Arc;

use chat::{
    Failure, MessageStatus,
    model_client::{Completion, CompletionRequest, Deltas, ModelClient, ModelError},
};
use futures::{StreamExt, stream};
use sqlx::PgPool;

use crate::support::{Site, generation, text};

/// Begins an answer and breaks; for a whole answer it breaks at once.
struct Breaks;

#[async_trait::async_trait]
impl ModelClient for Breaks {
    async fn stream(&self, _: CompletionRequest) -> Result<Deltas, ModelError> {
        let beginning = stream::iter([text("It begins well")]);
        let end = stream::poll_fn(|_| panic!("the adapter broke"));
        Ok(beginning.chain(end).boxed())
    }

    async fn complete(&self, _: CompletionRequest) -> Result<Completion, ModelError> {
        panic!("the adapter broke");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_panic_ends_its_answer_and_nothing_else(pool: PgPool) {
    let site = Site::new(pool).await;
    let broken = site.with_model(Arc::new(Breaks));
    let ada = site.person().await;
    let sent = broken.send(ada, None, "hello").await.expect("sent");
    let ended = broken.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Failed, Some(Failure::Internal)));
    // What had arrived is kept, as failed; nobody pays for it.
    let (body, status) = site.stored(sent.answer.id).await;
    assert_eq!(
        (body.as_str(), status.as_str()),
        ("It begins well", "failed")
    );
    let paid = "select coalesce(sum(input_tokens + coalesce(cost, 0)), 0)::bigint from generations";
    assert_eq!(site.count(paid).await, 0);
    // The conversation is not stuck, and the engine goes on.
    let conversation = Some(sent.conversation_id);
    let again = broken.send(ada, conversation, "again").await.expect("sent");
    let ended = broken.ended(ada, generation(&again)).await;
    assert_eq!(ended.0, MessageStatus::Failed);
}
