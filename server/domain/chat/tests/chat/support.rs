//! A database, a person, and a model whose every word the test decides.

use std::sync::Arc;

use chat::{
    ConversationId, Engine, GenerationId, MessageBody, MessageId, MessageStatus, ModelId,
    SendMessage, Sent, StreamStep,
    commands::{OfferedModel, offer_models, send_message},
    model_client::{Completion, CompletionRequest, Delta, Deltas, ModelClient, ModelError},
    queries::follow_generation,
};
use futures::StreamExt;
use kernel::{Actor, Clock, Db, Recorded, Role, UserId, id::Uuid, outbox};
use payments::{
    Grant, IdempotencyKey, MicroUsd, Rates, SetPrices,
    commands::{grant, set_prices},
    queries::my_balance,
};
use sqlx::PgPool;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

pub type Feed = mpsc::Sender<Result<Delta, ModelError>>;
/// Where the answer to a request for a whole answer goes.
pub type Reply = oneshot::Sender<Result<Completion, ModelError>>;

/// Hands each request to the test, which feeds the answer.
struct TestModel {
    requests: mpsc::UnboundedSender<(CompletionRequest, Feed)>,
    /// Hands requests for whole answers to the test, too; else `title` answers them all.
    completions: Option<mpsc::UnboundedSender<(CompletionRequest, Reply)>>,
    title: Result<String, ()>,
}

#[async_trait::async_trait]
impl ModelClient for TestModel {
    async fn stream(&self, request: CompletionRequest) -> Result<Deltas, ModelError> {
        let (feed, deltas) = mpsc::channel(64);
        self.requests
            .send((request, feed))
            .expect("the test listens");
        Ok(ReceiverStream::new(deltas).boxed())
    }

    async fn complete(&self, request: CompletionRequest) -> Result<Completion, ModelError> {
        if let Some(completions) = &self.completions {
            let (reply, answer) = oneshot::channel();
            completions
                .send((request, reply))
                .expect("the test listens");
            return answer.await.expect("the test replies");
        }
        match &self.title {
            Ok(text) => Ok(Completion {
                text: text.clone(),
                usage: None,
            }),
            Err(()) => Err(ModelError::new(
                chat::Failure::Unreachable,
                "no title today",
            )),
        }
    }
}

pub struct Site {
    pub db: Db,
    pub clock: Clock,
    pub engine: Engine,
    requests: Mutex<mpsc::UnboundedReceiver<(CompletionRequest, Feed)>>,
    completions: Mutex<mpsc::UnboundedReceiver<(CompletionRequest, Reply)>>,
}

impl Site {
    pub async fn new(pool: PgPool) -> Self {
        Self::with_title(pool, Ok("A title by the model".into())).await
    }

    pub async fn with_title(pool: PgPool, title: Result<String, ()>) -> Self {
        Self::with(pool, Some(title)).await
    }

    /// A site whose test also gives the whole answers: [`Site::asked_whole`].
    pub async fn with_completions(pool: PgPool) -> Self {
        Self::with(pool, None).await
    }

    async fn with(pool: PgPool, title: Option<Result<String, ()>>) -> Self {
        let clock = Clock::fixed(time::macros::datetime!(2026-01-02 03:04:05 UTC));
        let db = Db::new(pool, clock.clone());
        let (sender, requests) = mpsc::unbounded_channel();
        let (whole, completions) = mpsc::unbounded_channel();
        let model = TestModel {
            requests: sender,
            completions: title.is_none().then_some(whole),
            title: title.unwrap_or(Err(())),
        };
        let engine = Engine::new(db.clone(), Arc::new(model), "Be brief.".into());
        offer_models(
            &db,
            Actor::System,
            &[offered("small", 400), offered("large", 100_000)],
        )
        .await
        .expect("models");
        Self {
            db,
            clock,
            engine,
            requests: Mutex::new(requests),
            completions: Mutex::new(completions),
        }
    }

    /// Another process on the same database.
    pub fn second_process(&self) -> Self {
        let (sender, requests) = mpsc::unbounded_channel();
        let model = TestModel {
            requests: sender,
            completions: None,
            title: Ok("A title by the other process".into()),
        };
        let engine = Engine::new(self.db.clone(), Arc::new(model), "Be brief.".into());
        Self {
            db: self.db.clone(),
            clock: self.clock.clone(),
            engine,
            requests: Mutex::new(requests),
            completions: Mutex::new(mpsc::unbounded_channel().1),
        }
    }

    /// The same database, with another model.
    pub fn with_model(&self, model: Arc<dyn ModelClient>) -> Self {
        Self {
            db: self.db.clone(),
            clock: self.clock.clone(),
            engine: Engine::new(self.db.clone(), model, "Be brief.".into()),
            requests: Mutex::new(mpsc::unbounded_channel().1),
            completions: Mutex::new(mpsc::unbounded_channel().1),
        }
    }

    /// Somebody with an account.
    pub async fn person(&self) -> Actor {
        let user = UserId(self.clock.uuid());
        sqlx::query("insert into users (id, email, display_name, role, created_at) values ($1, $1::text || '@example.org', 'Test', 'user', now())")
            .bind(user.0)
            .execute(self.db.pool())
            .await
            .expect("a user");
        Actor::Person {
            user,
            role: Role::User,
        }
    }

    /// States what a model costs, its provider as much as us: micro-USD per million tokens.
    pub async fn price(&self, provider_id: &str, input: i64, output: i64) {
        let rates = Rates {
            input: MicroUsd(input),
            cached_input: MicroUsd(input / 2),
            output: MicroUsd(output),
        };
        let command = SetPrices {
            model: self.model(provider_id).await.0,
            effective_from: None,
            ours: rates,
            provider: rates,
        };
        set_prices(&self.db, Actor::System, command)
            .await
            .expect("prices");
    }

    /// Gives somebody credit, in micro-USD.
    pub async fn credit(&self, actor: Actor, micros: i64) {
        let command = Grant {
            user: actor.person().expect("a person"),
            credit: MicroUsd(micros),
            expires_at: None,
            key: IdempotencyKey::parse(&self.clock.uuid().to_string()).expect("a key"),
        };
        grant(&self.db, Actor::System, command)
            .await
            .expect("credit");
    }

    /// What somebody has: available, and held.
    pub async fn balance(&self, actor: Actor) -> (i64, i64) {
        let balance = my_balance(&self.db, actor).await.expect("a balance");
        (balance.available.0, balance.held.0)
    }

    pub async fn send(
        &self,
        actor: Actor,
        conversation: Option<ConversationId>,
        body: &str,
    ) -> Result<Sent, chat::Error> {
        send_message(&self.engine, actor, self.message(conversation, body)).await
    }

    pub fn message(&self, conversation_id: Option<ConversationId>, body: &str) -> SendMessage {
        SendMessage {
            message_id: MessageId(self.clock.uuid()),
            conversation_id,
            parent_id: None,
            model_id: None,
            body: MessageBody::parse(body).expect("a body"),
        }
    }

    /// What the model is asked next, and where its answer is fed.
    pub async fn asked(&self) -> (CompletionRequest, Feed) {
        self.requests
            .lock()
            .await
            .recv()
            .await
            .expect("the engine is alive")
    }

    /// For which whole answer the model is asked next, and where it goes.
    pub async fn asked_whole(&self) -> (CompletionRequest, Reply) {
        let mut completions = self.completions.lock().await;
        completions.recv().await.expect("the engine is alive")
    }

    /// Whether the model has been asked for no (further) whole answer.
    pub async fn never_asked_whole(&self) -> bool {
        self.completions.lock().await.is_empty()
    }

    /// Whether the model has been asked nothing more.
    pub async fn never_asked(&self) -> bool {
        self.requests.lock().await.is_empty()
    }

    /// The model with this id at the provider.
    pub async fn model(&self, provider_id: &str) -> ModelId {
        sqlx::query_scalar("select id from models where provider_id = $1")
            .bind(provider_id)
            .fetch_one(self.db.pool())
            .await
            .map(ModelId)
            .expect("a model")
    }

    /// Sends, answers, and waits until the answer is stored.
    pub async fn exchange(
        &self,
        actor: Actor,
        conversation: Option<ConversationId>,
        body: &str,
        answer: &str,
    ) -> Sent {
        let sent = self.send(actor, conversation, body).await.expect("sent");
        let (_, feed) = self.asked().await;
        feed.send(Ok(Delta::Text(answer.into())))
            .await
            .expect("fed");
        feed.send(Ok(Delta::Finished)).await.expect("fed");
        drop(feed);
        self.ended(actor, generation(&sent)).await;
        sent
    }

    /// Waits for the end of an answer.
    pub async fn ended(
        &self,
        actor: Actor,
        id: GenerationId,
    ) -> (MessageStatus, Option<chat::Failure>) {
        let steps = follow_generation(&self.engine, actor, id, 0)
            .await
            .expect("followed");
        let mut steps = std::pin::pin!(steps);
        loop {
            match steps.next().await.expect("an end").1 {
                StreamStep::End {
                    status, failure, ..
                } => return (status, failure),
                _ => continue,
            }
        }
    }

    /// The stored text and status of an answer.
    pub async fn stored(&self, id: MessageId) -> (String, String) {
        sqlx::query_as(
            "select m.body || coalesce((select string_agg(p.text, '' order by p.position)
                 from answer_pieces p join generations g on g.id = p.generation_id where g.message_id = m.id and m.status = 'streaming'), ''), m.status
             from messages m where m.id = $1",
        )
            .bind(id.0)
            .fetch_one(self.db.pool())
            .await
            .expect("a message")
    }

    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.db.pool())
            .await
            .expect("a count")
    }

    /// The first event of a kind.
    pub async fn recorded(&self, kind: &str) -> Recorded {
        let events = outbox::unpublished(&self.db, 1_000).await.expect("events");
        let found = events.into_iter().find(|event| event.kind == kind);
        found.expect("such an event")
    }

    /// Kinds of all events recorded, in order.
    pub async fn events(&self) -> Vec<String> {
        sqlx::query_scalar("select kind from outbox order by seq")
            .fetch_all(self.db.pool())
            .await
            .expect("events")
    }
}

pub fn offered(id: &str, context_window: i32) -> OfferedModel {
    OfferedModel {
        provider_id: id.into(),
        name: id.into(),
        context_window,
        is_demo: false,
        is_fallback: false,
    }
}

pub fn generation(sent: &Sent) -> GenerationId {
    sent.answer.generation.expect("an answer has its run")
}

pub fn text(text: &str) -> Result<Delta, ModelError> {
    Ok(Delta::Text(text.into()))
}

pub fn nil() -> Uuid {
    Uuid::nil()
}

/// Follows until `needle` is shown; returns the position to come back to.
pub async fn seen(site: &Site, actor: Actor, sent: &chat::Sent, needle: &str) -> usize {
    let steps = follow_generation(&site.engine, actor, generation(sent), 0)
        .await
        .expect("followed");
    let mut steps = std::pin::pin!(steps);
    while let Some((position, step)) = steps.next().await {
        if let StreamStep::Open { html, .. } | StreamStep::Block { html, .. } = step
            && html.contains(needle)
        {
            return position;
        }
    }
    panic!("{needle} was never shown");
}
