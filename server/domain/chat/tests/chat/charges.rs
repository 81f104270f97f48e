//! Answers are paid for: credit is held when they begin, and what has arrived is charged when they end.

use chat::{
    Failure, MessageBody, MessageId, MessageStatus, SendMessage, StopGeneration,
    commands::{send_message, stop_generation},
    engine::LEASE,
    model_client::{Delta, ModelError, Usage},
};
use futures::future::join_all;
use kernel::{Actor, Db};
use payments::{
    Caps, MicroUsd,
    commands::set_caps,
    queries::{my_usage, verify_ledger},
};
use sqlx::PgPool;
use time::Duration;

use crate::support::{Feed, Site, generation, text};

/// Micro-USD per million tokens: a token sent is 1, one received is 4.
const INPUT: i64 = 1_000_000;
const OUTPUT: i64 = 4_000_000;
/// Of the window of 400, the longest answer.
const LONGEST: i64 = 100;

async fn site(pool: PgPool) -> (Site, Actor) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    site.price("small", INPUT, OUTPUT).await;
    (site, ada)
}

fn counted(input_tokens: i64, output_tokens: i64) -> Result<Delta, ModelError> {
    Ok(Delta::Usage(Usage {
        input_tokens,
        cached_input_tokens: 0,
        output_tokens,
    }))
}

/// The provider refuses: asking again would not help.
async fn refuse(feed: Feed) {
    let failure = ModelError::new(Failure::Rejected, "no");
    feed.send(Err(failure)).await.expect("fed");
}

async fn proven(db: &Db) {
    let found = verify_ledger(db, Actor::System).await.expect("read");
    assert!(found.is_empty(), "{found:?}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn credit_is_held_while_an_answer_is_written_and_its_cost_charged_at_the_end(pool: PgPool) {
    let (site, ada) = site(pool).await;
    site.credit(ada, 10_000).await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (request, feed) = site.asked().await;
    assert_eq!(request.max_tokens, Some(100));
    let (available, held) = site.balance(ada).await;
    assert_eq!(available + held, 10_000);
    // The longest answer, and a few tokens sent.
    assert!(
        (LONGEST * 4 + 5..LONGEST * 4 + 40).contains(&held),
        "{held}"
    );
    feed.send(text("hi")).await.unwrap();
    feed.send(counted(11, 3)).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    site.ended(ada, generation(&sent)).await;
    assert_eq!(site.balance(ada).await, (10_000 - 23, 0));
    let stamped =
        "select count(*) from generations g join prices p on p.id = g.price_id where g.cost = 23";
    assert_eq!(site.count(stamped).await, 1);
    let today = site.db.now().date();
    let usage = my_usage(&site.db, ada, today, today).await.unwrap();
    assert_eq!((usage[0].answers, usage[0].charged), (1, MicroUsd(23)));
    proven(&site.db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_enough_credit_nothing_is_stored_and_nothing_asked(pool: PgPool) {
    let (site, ada) = site(pool).await;
    for credit in [0, 300] {
        if credit > 0 {
            site.credit(ada, credit).await;
        }
        let refused = site.send(ada, None, "hello").await;
        assert!(
            matches!(refused, Err(chat::Error::Credit(payments::Error::NotEnoughCredit { available })) if available.0 == credit),
            "{refused:?}"
        );
    }
    assert!(site.never_asked().await);
    for table in ["messages", "generations", "conversations", "holds"] {
        assert_eq!(
            site.count(&format!("select count(*) from {table}")).await,
            0
        );
    }
    assert_eq!(site.balance(ada).await, (300, 0));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn of_two_hundred_messages_at_once_as_many_are_sent_as_there_is_credit_for(pool: PgPool) {
    let (site, ada) = site(pool).await;
    // What one holds is known when one is held.
    site.credit(ada, 10_000).await;
    site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    let (available, hold) = site.balance(ada).await;
    let bob = site.person().await;
    site.credit(bob, hold * 10).await;
    assert!(available > 0);
    let messages = (0..200).map(|_| SendMessage {
        message_id: MessageId(site.clock.uuid()),
        conversation_id: None,
        parent_id: None,
        model_id: None,
        body: MessageBody::parse("hello").expect("a body"),
    });
    let sent = join_all(messages.map(|m| send_message(&site.engine, bob, m))).await;
    let (sent, refused): (Vec<_>, Vec<_>) = sent.into_iter().partition(Result::is_ok);
    assert_eq!((sent.len(), refused.len()), (10, 190));
    for refusal in refused {
        assert!(matches!(
            refusal,
            Err(chat::Error::Credit(payments::Error::NotEnoughCredit { .. }))
        ));
    }
    assert_eq!(site.balance(bob).await, (0, hold * 10));
    // Nothing was written: nothing is paid.
    refuse(feed).await;
    for _ in 0..10 {
        refuse(site.asked().await.1).await;
    }
    for sent in &sent {
        let sent = sent.as_ref().expect("sent");
        site.ended(bob, generation(sent)).await;
    }
    assert_eq!(site.balance(bob).await, (hold * 10, 0));
    proven(&site.db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_arrived_is_paid_for_however_the_answer_ended(pool: PgPool) {
    let (site, ada) = site(pool).await;
    site.credit(ada, 100_000).await;
    let mut left = 100_000;
    // Stopped by the person.
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("hello world")).await.unwrap();
    crate::support::seen(&site, ada, &sent, "world").await;
    let command = StopGeneration {
        generation_id: generation(&sent),
    };
    stop_generation(&site.engine, ada, command).await.unwrap();
    assert_eq!(
        site.ended(ada, generation(&sent)).await.0,
        MessageStatus::Stopped
    );
    let paid = site.count("select cost from generations").await;
    let tokens = "select input_tokens + 4 * output_tokens from generations where usage_estimated";
    assert!(paid > 8 && site.count(tokens).await == paid);
    left -= paid;
    assert_eq!(site.balance(ada).await, (left, 0));

    // Failed by the provider, before any text and after some.
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    refuse(feed).await;
    site.ended(ada, generation(&sent)).await;
    assert_eq!(site.balance(ada).await, (left, 0));
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("hello")).await.unwrap();
    drop(feed);
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Failed, Some(Failure::Cut)));
    assert!(site.balance(ada).await.0 < left);
    assert_eq!(site.balance(ada).await.1, 0);

    // An answer without text costs the house what the provider asks, and the person nothing.
    let (left, _) = site.balance(ada).await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(counted(50, 7)).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    site.ended(ada, generation(&sent)).await;
    assert_eq!(site.balance(ada).await, (left, 0));
    let borne = "select max(provider_cost) from usage_records where price = 0";
    assert_eq!(site.count(borne).await, 78);
    proven(&site.db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_a_process_left_behind_is_not_paid_for(pool: PgPool) {
    let (site, ada) = site(pool).await;
    site.credit(ada, 10_000).await;
    let gone = site.second_process();
    let sent = gone.send(ada, None, "hello").await.unwrap();
    let (_, feed) = gone.asked().await;
    feed.send(text("hello")).await.unwrap();
    assert!(site.balance(ada).await.1 > 0);
    site.clock.advance(LEASE + Duration::seconds(1));
    let swept = chat::commands::end_abandoned(&site.engine).await.unwrap();
    assert_eq!(swept.ended, 1);
    assert_eq!(site.balance(ada).await, (10_000, 0));
    // It was alive after all: too late.
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    gone.ended(ada, generation(&sent)).await;
    assert_eq!(site.balance(ada).await, (10_000, 0));
    proven(&site.db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_limit_for_a_message_keeps_the_answer_as_short_as_it_pays_for(pool: PgPool) {
    let (site, ada) = site(pool).await;
    site.credit(ada, 10_000).await;
    let limit = |message| Caps {
        message: Some(MicroUsd(message)),
        ..Caps::default()
    };
    set_caps(&site.db, ada, limit(320)).await.unwrap();
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (request, feed) = site.asked().await;
    let longest = request.max_tokens.expect("a limit");
    assert!((64..80).contains(&longest), "{longest}");
    assert_eq!(site.balance(ada).await.1, 320);
    // The provider goes on nevertheless: the person pays no more than they said.
    feed.send(text("hello")).await.unwrap();
    feed.send(counted(10, 1_000)).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    site.ended(ada, generation(&sent)).await;
    assert_eq!(site.balance(ada).await, (10_000 - 320, 0));
    set_caps(&site.db, ada, limit(100)).await.unwrap();
    let refused = site.send(ada, None, "hello").await;
    assert!(
        matches!(refused, Err(chat::Error::CapTooLow)),
        "{refused:?}"
    );
    proven(&site.db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_model_without_prices_is_free(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    site.exchange(ada, None, "hello", "hi").await;
    assert_eq!(site.balance(ada).await, (0, 0));
    let today = site.db.now().date();
    let usage = my_usage(&site.db, ada, today, today).await.unwrap();
    assert_eq!((usage[0].answers, usage[0].charged), (1, MicroUsd::ZERO));
    proven(&site.db).await;
}
