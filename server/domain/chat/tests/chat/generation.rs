//! The run of an answer: how it ends, what it keeps, who may follow it.

use crate::support::{Site, generation, seen, text};
use chat::{
    Error, Failure, MessageStatus, StopGeneration, StreamStep,
    commands::stop_generation,
    model_client::{Delta, ModelError, Usage},
    queries::follow_generation,
};
use futures::StreamExt;
use kernel::Actor;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn stop_closes_the_providers_stream_and_keeps_what_arrived(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "count to a million").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("one two")).await.unwrap();
    seen(&site, ada, &sent, "one two").await;

    stop_generation(
        &site.engine,
        ada,
        StopGeneration {
            generation_id: generation(&sent),
        },
    )
    .await
    .unwrap();
    feed.closed().await;
    assert_eq!(
        site.ended(ada, generation(&sent)).await.0,
        MessageStatus::Stopped
    );
    assert_eq!(
        site.stored(sent.answer.id).await,
        ("one two".into(), "stopped".into())
    );
    // Once more changes nothing.
    stop_generation(
        &site.engine,
        ada,
        StopGeneration {
            generation_id: generation(&sent),
        },
    )
    .await
    .unwrap();
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stranger_and_nobody_can_neither_stop_nor_follow(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let sent = site.send(ada, None, "private").await.unwrap();
    let command = StopGeneration {
        generation_id: generation(&sent),
    };
    assert!(matches!(
        stop_generation(&site.engine, eve, command).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        stop_generation(&site.engine, Actor::Nobody, command).await,
        Err(Error::NotSignedIn)
    ));
    assert!(matches!(
        follow_generation(&site.engine, eve, command.generation_id, 0)
            .await
            .err(),
        Some(Error::NotFound)
    ));
    assert!(matches!(
        follow_generation(&site.engine, Actor::Nobody, command.generation_id, 0)
            .await
            .err(),
        Some(Error::NotSignedIn)
    ));
    assert_eq!(site.engine.running(), 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_provider_failure_is_told_and_the_text_is_kept(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("half an ans")).await.unwrap();
    feed.send(Err(ModelError::new(Failure::Stalled, "silence")))
        .await
        .unwrap();
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Failed, Some(Failure::Stalled)));
    assert_eq!(site.stored(sent.answer.id).await.0, "half an ans");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stream_that_ends_early_is_cut_and_one_without_text_is_empty(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let cut = site.send(ada, None, "cut").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("a")).await.unwrap();
    drop(feed);
    assert_eq!(
        site.ended(ada, generation(&cut)).await.1,
        Some(Failure::Cut)
    );

    let empty = site
        .send(ada, Some(cut.conversation_id), "empty")
        .await
        .unwrap();
    let (_, feed) = site.asked().await;
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    assert_eq!(
        site.ended(ada, generation(&empty)).await.1,
        Some(Failure::Empty)
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_providers_usage_is_priced_and_its_absence_is_counted_and_marked(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    site.price("small", 2_000_000, 8_000_000).await;
    site.credit(ada, 1_000_000).await;
    let sent = site.send(ada, None, "hello").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("hi")).await.unwrap();
    feed.send(Ok(Delta::Usage(Usage {
        input_tokens: 11,
        cached_input_tokens: 0,
        output_tokens: 3,
    })))
    .await
    .unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    site.ended(ada, generation(&sent)).await;
    assert_eq!(usage(&site, &sent).await, (11, 3, false, Some(46)));

    let uncounted = site
        .exchange(ada, Some(sent.conversation_id), "and again", "hello world")
        .await;
    let (input, output, estimated, cost) = usage(&site, &uncounted).await;
    assert_eq!((output, estimated), (2, true));
    assert_eq!(cost, Some(input * 2 + 16));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_arrives_is_saved_while_it_arrives_and_nul_never_reaches_the_database(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("saved\0early")).await.unwrap();
    while site.stored(sent.answer.id).await != ("saved\u{FFFD}early".into(), "streaming".into()) {
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_reader_who_comes_back_gets_what_is_missing_and_the_same_end(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "tell").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("first paragraph\n\nsecond par"))
        .await
        .unwrap();
    let position = seen(&site, ada, &sent, "second par").await;
    feed.send(text("agraph\n\nthird")).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);

    let live: Vec<_> = follow_generation(&site.engine, ada, generation(&sent), position)
        .await
        .unwrap()
        .collect()
        .await;
    let stored: Vec<_> = follow_generation(&site.engine, ada, generation(&sent), position)
        .await
        .unwrap()
        .collect()
        .await;
    for steps in [live, stored] {
        let shown = show(&steps);
        assert!(!shown.contains_key(&0) || shown[&0].contains("first paragraph"));
        assert!(shown[&1].contains("second paragraph"), "{shown:?}");
        assert!(shown[&2].contains("third"), "{shown:?}");
        assert!(matches!(
            steps.last().unwrap().1,
            StreamStep::End {
                status: MessageStatus::Complete,
                blocks: 3,
                ..
            }
        ));
    }
}

/// The blocks as a page would show them.
fn show(steps: &[(usize, StreamStep)]) -> std::collections::BTreeMap<usize, &str> {
    steps
        .iter()
        .filter_map(|(_, step)| match step {
            StreamStep::Block { index, html } | StreamStep::Open { index, html } => {
                Some((*index, html.as_str()))
            }
            _ => None,
        })
        .collect()
}

async fn usage(site: &Site, sent: &chat::Sent) -> (i64, i64, bool, Option<i64>) {
    sqlx::query_as(
        "select input_tokens, output_tokens, usage_estimated, cost from generations where id = $1",
    )
    .bind(generation(sent).0)
    .fetch_one(site.db.pool())
    .await
    .expect("a run")
}
