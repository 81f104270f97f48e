//! What a message would cost, before it is sent; what an answer did cost.

use chat::{
    ConversationId, MessageId, Speaker,
    model_client::{Delta, Usage},
    queries::{CostEstimate, UnsentMessage, answer_cost, estimate_message, open_conversation},
};
use kernel::Actor;
use payments::{Caps, MicroUsd, commands::set_caps};
use sqlx::PgPool;

use crate::support::{Site, generation, text};

/// Micro-USD per million tokens: a token sent is 1, one received is 4.
const INPUT: i64 = 1_000_000;
const OUTPUT: i64 = 4_000_000;

fn unsent(conversation_id: Option<ConversationId>, text: &str) -> UnsentMessage {
    UnsentMessage {
        conversation_id,
        model_id: None,
        text: text.to_owned(),
    }
}

async fn estimate(site: &Site, actor: Actor, in_it: Option<ConversationId>) -> CostEstimate {
    let estimate = estimate_message(&site.engine, actor, unsent(in_it, "hello")).await;
    estimate.expect("an estimate").expect("a price")
}

/// Says "hello", is answered in that many tokens, and returns what was held for it.
async fn exchange(
    site: &Site,
    actor: Actor,
    conversation: Option<ConversationId>,
    tokens: i64,
) -> (chat::Sent, i64) {
    let sent = site.send(actor, conversation, "hello").await.expect("sent");
    let (_, feed) = site.asked().await;
    let (_, held) = site.balance(actor).await;
    feed.send(text("hi")).await.expect("fed");
    let usage = Usage {
        input_tokens: 11,
        cached_input_tokens: 3,
        output_tokens: tokens,
    };
    feed.send(Ok(Delta::Usage(usage))).await.expect("fed");
    feed.send(Ok(Delta::Finished)).await.expect("fed");
    drop(feed);
    site.ended(actor, generation(&sent)).await;
    (sent, held)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_most_that_is_told_is_what_is_held(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    site.price("small", INPUT, OUTPUT).await;
    site.credit(ada, 10_000).await;
    let first = estimate(&site, ada, None).await;
    assert_eq!(first.available, MicroUsd(10_000));
    // Nothing is known of this model's answers yet: as long as they may be.
    assert_eq!(first.likely, first.most);
    let (sent, held) = exchange(&site, ada, None, 3).await;
    assert_eq!(first.most, MicroUsd(held));
    let conversation = Some(sent.conversation_id);
    let second = estimate(&site, ada, conversation).await;
    // What was said before is sent along, and answers were short.
    assert!(second.most > first.most);
    assert!(second.likely < first.likely);
    let (_, held) = exchange(&site, ada, conversation, 5).await;
    assert_eq!(second.most, MicroUsd(held));
    // An estimate holds nothing.
    assert_eq!(site.balance(ada).await.1, 0);

    let cap = Caps {
        message: Some(MicroUsd(40)),
        ..Caps::default()
    };
    set_caps(&site.db, ada, cap).await.unwrap();
    assert_eq!(estimate(&site, ada, conversation).await.most, MicroUsd(40));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn there_is_no_estimate_where_nothing_is_charged_or_nothing_can_be_sent(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let free = estimate_message(&site.engine, ada, unsent(None, "hello")).await;
    assert_eq!(free.expect("an answer"), None);
    let long = unsent(None, &"many words ".repeat(1_000));
    let refused = estimate_message(&site.engine, ada, long).await;
    assert!(matches!(refused, Err(chat::Error::MessageTooLong)));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answers_tokens_and_cost_are_told_to_its_owner_alone(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    site.price("small", INPUT, OUTPUT).await;
    site.credit(ada, 10_000).await;
    let (sent, _) = exchange(&site, ada, None, 3).await;
    let shown = open_conversation(&site.engine, ada, sent.conversation_id, chat::Window::End)
        .await
        .unwrap();
    let id = |speaker| -> MessageId {
        let mut found = shown.messages.items.iter().filter(|m| m.speaker == speaker);
        found.next().expect("a message").id
    };
    let answer = id(Speaker::Assistant);
    let cost = answer_cost(&site.db, ada, answer).await.unwrap();
    let usage = cost.usage.expect("noted");
    assert_eq!(cost.conversation_id, sent.conversation_id);
    assert_eq!((usage.tokens.input, usage.tokens.cached_input), (11, 3));
    // 8 tokens in full, 3 at half the price and rounded up, 3 received.
    assert_eq!(usage.charged, MicroUsd(8 + 2 + 12));

    // What a person says costs nothing by itself.
    let question = answer_cost(&site.db, ada, id(Speaker::User)).await;
    assert!(matches!(question, Err(chat::Error::NotFound)));
    for stranger in [eve, Actor::Nobody] {
        let refused = answer_cost(&site.db, stranger, answer).await;
        assert!(refused.is_err(), "{refused:?}");
        let there = unsent(Some(sent.conversation_id), "hello");
        let refused = estimate_message(&site.engine, stranger, there).await;
        assert!(refused.is_err(), "{refused:?}");
    }
}
