//! A long conversation, and what the model is asked in it.

use chat::{
    ConversationId, Engine, ModelId, SendMessage, Sent,
    commands::{OfferedModel, offer_models, send_message, summarise_conversation},
    model_client::{Completion, CompletionRequest, Delta, ModelError, Usage},
};
use kernel::{Actor, Recorded};
use sqlx::PgPool;

use crate::support::{Site, generation, offered, text};

/// With the site's prompt and the room for an answer kept free, 1,493 tokens are for the
/// conversation, of which 1,119 go in full. An exchange of [`LONG`] texts has 208.
pub const MEDIUM: i32 = 2_000;
pub const LONG: usize = 300;

/// A person in a conversation with a model of [`MEDIUM`] size.
pub struct Talk {
    pub site: Site,
    pub actor: Actor,
    pub id: Option<ConversationId>,
    pub sent: Vec<Sent>,
}

impl Talk {
    pub async fn new(pool: PgPool) -> Self {
        let site = Site::with_completions(pool).await;
        let actor = site.person().await;
        offer(&site, offered("medium", MEDIUM)).await;
        let (id, sent) = (None, Vec::new());
        Self {
            site,
            actor,
            id,
            sent,
        }
    }

    pub fn engine(&self) -> &Engine {
        &self.site.engine
    }

    /// Says something and is answered; returns what the model was asked.
    pub async fn say(&mut self, said: &str, answer: &str) -> CompletionRequest {
        let command = SendMessage {
            model_id: Some(model(&self.site, "medium").await),
            ..self.site.message(self.id, said)
        };
        let sent = send_message(self.engine(), self.actor, command)
            .await
            .expect("sent");
        self.id = Some(sent.conversation_id);
        let request = self.answer(&sent, answer).await;
        self.sent.push(sent);
        request
    }

    pub async fn answer(&self, sent: &Sent, answer: &str) -> CompletionRequest {
        let (request, feed) = self.site.asked().await;
        feed.send(text(answer)).await.expect("fed");
        feed.send(Ok(Delta::Finished)).await.expect("fed");
        drop(feed);
        self.site.ended(self.actor, generation(sent)).await;
        // So that what is said next is later.
        self.site.clock.advance(time::Duration::seconds(1));
        request
    }

    /// So many exchanges of 208 tokens.
    pub async fn long_exchanges(&mut self, count: usize) {
        for _ in 0..count {
            let n = self.sent.len();
            self.say(&long('q', n), &long('a', n)).await;
        }
    }

    /// The consumer's work on the last answer's end, when it should need no model.
    pub async fn nothing_to_summarise(&self) {
        let event = self.finished().await;
        tokio::select! {
            consumed = summarise_conversation(self.engine(), &event) => consumed.expect("consumed"),
            (request, _) = self.site.asked_whole() => panic!("{request:?}"),
        }
        assert!(self.site.never_asked_whole().await);
    }

    /// The consumer's work on the last answer's end, the model saying this.
    pub async fn summarise(&self, answer: Result<Completion, ModelError>) -> CompletionRequest {
        let event = self.finished().await;
        let reply = async {
            let (request, reply) = self.site.asked_whole().await;
            reply.send(answer).ok();
            request
        };
        let (consumed, request) =
            tokio::join!(summarise_conversation(self.engine(), &event), reply);
        consumed.expect("consumed");
        request
    }

    /// The event of the last answer's end.
    pub async fn finished(&self) -> Recorded {
        recorded(&self.site, "parlance.chat.generation_finished.v1").await
    }

    pub async fn summaries(&self) -> i64 {
        self.site.count("select count(*) from summaries").await
    }
}

pub fn long(mark: char, n: usize) -> String {
    format!("{mark}{n:<width$}.", width = LONG - 2)
}

pub async fn offer(site: &Site, model: OfferedModel) {
    offer_models(&site.db, Actor::System, &[model])
        .await
        .expect("offered");
}

pub async fn model(site: &Site, provider_id: &str) -> ModelId {
    sqlx::query_scalar("select id from models where provider_id = $1")
        .bind(provider_id)
        .fetch_one(site.db.pool())
        .await
        .expect("a model")
}

/// The newest event of a kind.
pub async fn recorded(site: &Site, kind: &str) -> Recorded {
    let (id, aggregate_id, data): (kernel::id::Uuid, kernel::id::Uuid, serde_json::Value) =
        sqlx::query_as(
            "select id, aggregate_id, data from outbox where kind = $1 order by seq desc limit 1",
        )
        .bind(kind)
        .fetch_one(site.db.pool())
        .await
        .expect("an event");
    Recorded {
        id,
        kind: kind.into(),
        aggregate_id,
        data,
        traceparent: None,
        occurred_at: site.db.now(),
        attempts: 0,
    }
}

pub fn said(text: &str) -> Result<Completion, ModelError> {
    let usage = Some(Usage {
        input_tokens: 900,
        cached_input_tokens: 0,
        output_tokens: 100,
    });
    Ok(Completion {
        text: text.into(),
        usage,
    })
}

/// The first letters of what is sent, in order.
pub fn outline(request: &CompletionRequest) -> Vec<String> {
    let short = |text: &str| text.chars().take_while(|c| !c.is_whitespace()).collect();
    request.turns.iter().map(|t| short(&t.text)).collect()
}
