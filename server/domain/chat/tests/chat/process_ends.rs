//! What becomes of the runs of a process that ends, or has died.

use crate::support::{Site, generation, seen, text};
use chat::{
    MessageStatus, StreamStep, commands::end_abandoned, model_client::Delta,
    queries::follow_generation,
};
use futures::StreamExt;
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_run_whose_process_died_is_ended_as_interrupted_with_what_was_saved(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.exchange(ada, None, "one", "whole").await;
    // As a killed process leaves it.
    sqlx::query("update generations set status = 'running', finished_at = null")
        .execute(site.db.pool())
        .await
        .unwrap();
    sqlx::query("update messages set status = 'streaming', body = 'who', html = null, html_version = null where role = 'assistant'")
        .execute(site.db.pool()).await.unwrap();
    sqlx::query("insert into answer_pieces select id, 3, ' knows' from generations")
        .execute(site.db.pool())
        .await
        .unwrap();
    let swept = end_abandoned(&site.engine).await.unwrap();
    assert_eq!(swept.ended, 0, "its lease is still good");
    assert_eq!(swept.next, Some(site.clock.now() + chat::engine::LEASE));
    site.clock.advance(time::Duration::minutes(1));
    let swept = end_abandoned(&site.engine).await.unwrap();
    assert_eq!((swept.ended, swept.next), (1, None));
    assert_eq!(end_abandoned(&site.engine).await.unwrap().ended, 0);
    assert_eq!(site.count("select count(*) from answer_pieces").await, 0);
    assert_eq!(
        site.stored(sent.answer.id).await,
        ("who knows".into(), "interrupted".into())
    );
    assert_eq!(
        site.ended(ada, generation(&sent)).await.0,
        MessageStatus::Interrupted
    );
    site.send(ada, Some(sent.conversation_id), "go on")
        .await
        .expect("the conversation is free again");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_run_of_this_process_is_not_abandoned_even_when_its_lease_ran_out(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    // As if the database had been away for longer than the lease.
    sqlx::query("update generations set lease_until = '2000-01-01'")
        .execute(site.db.pool())
        .await
        .unwrap();
    assert_eq!(end_abandoned(&site.engine).await.unwrap().ended, 0);
    feed.send(text("all of it")).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    let ended = site.ended(ada, generation(&sent)).await;
    assert_eq!(ended, (MessageStatus::Complete, None));
    assert_eq!(site.stored(sent.answer.id).await.0, "all of it");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_runs_may_end_by_itself_within_the_grace_of_a_shutdown(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    let draining = tokio::spawn({
        let engine = site.engine.clone();
        async move { engine.drain(Duration::from_secs(600)).await }
    });
    feed.send(text("all of it")).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    draining.await.unwrap();
    assert_eq!(
        site.stored(sent.answer.id).await,
        ("all of it".into(), "complete".into())
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn readers_are_sent_away_while_the_run_goes_on(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("so far")).await.unwrap();
    let position = seen(&site, ada, &sent, "so far").await;
    let steps = follow_generation(&site.engine, ada, generation(&sent), position)
        .await
        .unwrap();
    let reading = tokio::spawn(steps.collect::<Vec<_>>());
    site.engine.close_readers();
    let steps = reading.await.unwrap();
    assert!(
        !steps
            .iter()
            .any(|(_, step)| matches!(step, StreamStep::End { .. }))
    );
    assert_eq!(site.engine.running(), 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn shutting_down_ends_runs_as_interrupted_and_stores_them(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("so far")).await.unwrap();
    seen(&site, ada, &sent, "so far").await;
    site.engine.drain(Duration::ZERO).await;
    assert_eq!(
        site.stored(sent.answer.id).await,
        ("so far".into(), "interrupted".into())
    );
}
