//! What a run makes of a provider that fails: asking again, another model, a bound.

use std::time::Duration;

use chat::{
    Failure, MessageStatus, StopGeneration, StreamStep,
    commands::{OfferedModel, offer_models, stop_generation},
    model_client::{Delta, ModelError, Usage},
    queries::follow_generation,
};
use futures::StreamExt;
use kernel::Actor;
use sqlx::PgPool;

use crate::support::{Feed, Site, generation, offered, text};

/// A failure after which the provider wants no wait.
fn refused(failure: Failure) -> ModelError {
    waiting(failure, 0)
}

fn waiting(failure: Failure, seconds: u64) -> ModelError {
    ModelError {
        retry_after: Some(Duration::from_secs(seconds)),
        ..ModelError::new(failure, "scripted")
    }
}

async fn fails(feed: Feed, error: ModelError) {
    feed.send(Err(error)).await.expect("fed");
}

async fn answers(feed: Feed, words: &str) {
    feed.send(text(words)).await.expect("fed");
    feed.send(Ok(Delta::Finished)).await.expect("fed");
}

/// `small` is the default, with `large` to answer where it cannot.
async fn with_fallback(pool: PgPool) -> Site {
    let site = Site::new(pool).await;
    fall_back(&site, "large").await;
    site
}

async fn fall_back(site: &Site, model: &str) {
    let offered = ["small", "large"].map(|id| OfferedModel {
        is_fallback: id == model,
        ..offered(id, 400)
    });
    offer_models(&site.db, Actor::System, &offered)
        .await
        .expect("models");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_failure_that_goes_away_before_the_first_token_is_never_seen(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    for failure in [Failure::ProviderError, Failure::Unreachable] {
        let (_, feed) = site.asked().await;
        fails(feed, refused(failure)).await;
    }
    let (request, feed) = site.asked().await;
    assert_eq!(request.turns.last().unwrap().text, "hello");
    answers(feed, "hi").await;
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Complete, None));
    assert_eq!(site.stored(sent.answer.id).await.0, "hi");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_failure_that_stays_is_told_after_three_attempts(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    for _ in 0..3 {
        let (_, feed) = site.asked().await;
        fails(feed, refused(Failure::ProviderError)).await;
    }
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Failed, Some(Failure::ProviderError)));
    assert_eq!(site.engine.running(), 0);
    assert!(site.never_asked().await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nothing_is_asked_again_once_text_has_arrived(pool: PgPool) {
    let site = with_fallback(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("half")).await.unwrap();
    fails(feed, refused(Failure::ProviderError)).await;
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Failed, Some(Failure::ProviderError)));
    assert_eq!(site.stored(sent.answer.id).await.0, "half");
    assert!(site.never_asked().await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_provider_that_asks_for_a_long_wait_is_told_of_at_once(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    fails(feed, waiting(Failure::RateLimited, 60)).await;
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended.1, Some(Failure::RateLimited));
    assert!(site.never_asked().await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn stop_and_shutdown_cut_the_waiting_short(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    fails(feed, waiting(Failure::RateLimited, 9)).await;
    let command = StopGeneration {
        generation_id: generation(&sent),
    };
    let told = async {
        stop_generation(&site.engine, ada, command).await.unwrap();
        site.ended(ada, generation(&sent)).await
    };
    let ended = tokio::time::timeout(Duration::from_secs(5), told).await;
    assert_eq!(ended, Ok((MessageStatus::Stopped, None)));

    let sent = site
        .send(ada, Some(sent.conversation_id), "again")
        .await
        .unwrap();
    let (_, feed) = site.asked().await;
    fails(feed, waiting(Failure::RateLimited, 9)).await;
    let ended =
        tokio::time::timeout(Duration::from_secs(5), site.engine.drain(Duration::ZERO)).await;
    assert_eq!(ended, Ok(()));
    assert_eq!(site.stored(sent.answer.id).await.1, "interrupted");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_model_answers_at_its_own_price_and_under_its_own_name(pool: PgPool) {
    let site = with_fallback(pool).await;
    let ada = site.person().await;
    site.price("small", 1_000_000, 1_000_000).await;
    site.price("large", 1_000_000, 9_000_000).await;
    site.credit(ada, 1_000_000).await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (request, feed) = site.asked().await;
    assert_eq!(request.model, "small");
    fails(feed, refused(Failure::UnknownModel)).await;
    let (request, feed) = site.asked().await;
    assert_eq!(request.model, "large");
    feed.send(text("hi")).await.unwrap();
    let counted = Usage {
        input_tokens: 10,
        cached_input_tokens: 0,
        output_tokens: 2,
    };
    feed.send(Ok(Delta::Usage(counted))).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Complete, None));

    let row: (String, String, i64) = sqlx::query_as(
        "select m.provider_id, asked.provider_id, cost from generations g
         join models m on m.id = g.model_id join models asked on asked.id = g.asked_model_id",
    )
    .fetch_one(site.db.pool())
    .await
    .unwrap();
    assert_eq!(row, ("large".into(), "small".into(), 28));
    let told: serde_json::Value = sqlx::query_scalar(
        "select data from outbox where kind = 'parlance.chat.generation_finished.v1' order by seq desc limit 1",
    )
    .fetch_one(site.db.pool())
    .await
    .unwrap();
    let large = site.model("large").await;
    assert_eq!(told["model_id"], large.to_string());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn readers_are_told_which_model_answers_while_it_does_and_after(pool: PgPool) {
    let site = with_fallback(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    assert_eq!(sent.answer.model_name.as_deref(), Some("small"));
    let (_, feed) = site.asked().await;
    fails(feed, refused(Failure::Unauthorized)).await;
    let (_, feed) = site.asked().await;
    let follow = async |site: &Site| {
        let steps = follow_generation(&site.engine, ada, generation(&sent), 0);
        steps.await.unwrap().boxed()
    };
    let elsewhere = site.second_process();
    let (live, mirrored) = (follow(&site).await, follow(&elsewhere).await);
    answers(feed, "hi").await;
    let live: Vec<_> = live.collect().await;
    let mirrored: Vec<_> = mirrored.collect().await;
    let after: Vec<_> = follow(&site).await.collect().await;
    for steps in [live, mirrored, after] {
        let named =
            |step: &StreamStep| matches!(step, StreamStep::Model { name } if name == "large");
        let times = steps.iter().filter(|(_, step)| named(step)).count();
        assert_eq!(times, 1, "{steps:?}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_model_is_asked_once_and_its_failure_is_what_is_told(pool: PgPool) {
    let site = with_fallback(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    fails(feed, waiting(Failure::RateLimited, 60)).await;
    let (_, feed) = site.asked().await;
    fails(feed, refused(Failure::ProviderError)).await;
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended.1, Some(Failure::ProviderError));
    assert!(site.never_asked().await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_model_is_not_asked_where_it_cannot_do_better(pool: PgPool) {
    let site = with_fallback(pool).await;
    let ada = site.person().await;
    for failure in [Failure::Rejected, Failure::Empty, Failure::Malformed] {
        let sent = site.send(ada, None, "hello").await.unwrap();
        let (_, feed) = site.asked().await;
        fails(feed, refused(failure)).await;
        assert_eq!(site.ended(ada, generation(&sent)).await.1, Some(failure));
    }
    assert!(site.never_asked().await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_question_that_another_model_cannot_take_stays_with_the_first(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    fall_back(&site, "small").await;
    let mut message = site.message(None, &"long ".repeat(400));
    message.model_id = Some(site.model("large").await);
    let sent = chat::commands::send_message(&site.engine, ada, message)
        .await
        .unwrap();
    let (_, feed) = site.asked().await;
    fails(feed, refused(Failure::UnknownModel)).await;
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended.1, Some(Failure::UnknownModel));
    assert!(site.never_asked().await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_fallback_is_always_as_configured_and_never_a_model_itself(pool: PgPool) {
    let site = with_fallback(pool).await;
    let fallbacks = async || -> Vec<(String, Option<String>)> {
        sqlx::query_as(
            "select m.provider_id, f.provider_id from models m left join models f on f.id = m.fallback_id
             where not m.is_demo order by 1",
        )
        .fetch_all(site.db.pool())
        .await
        .unwrap()
    };
    let large = || ("large".to_owned(), None);
    assert_eq!(
        fallbacks().await,
        [large(), ("small".to_owned(), Some("large".to_owned()))]
    );
    fall_back(&site, "none").await;
    assert_eq!(fallbacks().await, [large(), ("small".to_owned(), None)]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answer_is_ended_at_four_mebibytes_and_kept_up_to_a_whole_letter(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    // Three bytes each: the bound is within one.
    let letters = "€".repeat(100_000);
    while feed.send(text(&letters)).await.is_ok() {}
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Failed, Some(Failure::TooLong)));
    let (kept, _) = site.stored(sent.answer.id).await;
    assert_eq!(kept.len(), 4 * 1024 * 1024 - 1);
    assert!(kept.chars().all(|c| c == '€'));
}
