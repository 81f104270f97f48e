//! Two processes on one database.

use crate::support::{Site, generation, text};
use chat::{
    MessageStatus, StopGeneration, StreamStep, Title,
    commands::{end_abandoned, stop_generation},
    model_client::Delta,
    queries::{follow_generation, open_conversation},
};
use chat::{RenameConversation, Window, commands::rename_conversation};
use futures::StreamExt;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

/// What a page shows after all steps, and how the answer ended.
async fn read_to_end(
    site: &Site,
    actor: kernel::Actor,
    id: chat::GenerationId,
) -> (Vec<String>, Option<String>, MessageStatus) {
    let steps = follow_generation(&site.engine, actor, id, 0)
        .await
        .expect("followed");
    let mut steps = std::pin::pin!(steps);
    let (mut blocks, mut shown_title) = (Vec::new(), None);
    while let Some((_, step)) = steps.next().await {
        match step {
            StreamStep::Block { index, html } | StreamStep::Open { index, html } => {
                blocks.resize(blocks.len().max(index + 1), String::new());
                blocks[index] = html;
            }
            StreamStep::Title { title } => shown_title = Some(title),
            StreamStep::Model { .. } => {}
            StreamStep::End {
                status,
                blocks: count,
                ..
            } => {
                blocks.truncate(count);
                return (blocks, shown_title, status);
            }
        }
    }
    panic!("the stream ended without an end");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_reader_of_one_process_follows_the_run_of_another(pool: PgPool) {
    let here = Site::new(pool).await;
    let there = here.second_process();
    let ada = here.person().await;
    let sent = here.send(ada, None, "tell").await.unwrap();
    let (_, feed) = here.asked().await;
    feed.send(text("first paragraph\n\nsec")).await.unwrap();
    let id = generation(&sent);
    let reading = tokio::spawn(async move {
        let read = read_to_end(&there, ada, id).await;
        (there, read)
    });
    let rename = RenameConversation {
        conversation_id: sent.conversation_id,
        title: Title::parse("Renamed meanwhile").unwrap(),
    };
    rename_conversation(&here.db, ada, rename).await.unwrap();
    feed.send(text("ond paragraph, *at l")).await.unwrap();
    // The end comes once the other process has seen what was saved before.
    let (mut seen_there, saved) = (false, "select count(*) from answer_pieces");
    while !seen_there {
        seen_there = here.count(saved).await > 0;
        tokio::task::yield_now().await;
    }
    feed.send(text("ast*")).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    let (there, (blocks, title, status)) = reading.await.unwrap();
    assert_eq!(status, MessageStatus::Complete);
    assert_eq!(title.as_deref(), Some("Renamed meanwhile"));
    let (again, _, _) = read_to_end(&there, ada, generation(&sent)).await;
    assert_eq!(blocks, again);
    let page = open_conversation(&there.engine, ada, sent.conversation_id, Window::End)
        .await
        .unwrap();
    let stored = &page.messages.items[1].html;
    assert!(
        blocks.iter().all(|block| stored.contains(block)),
        "{blocks:?} in {stored}"
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_page_of_another_process_shows_what_has_been_saved_so_far(pool: PgPool) {
    let here = Site::new(pool).await;
    let there = here.second_process();
    let ada = here.person().await;
    let sent = here.send(ada, None, "tell").await.unwrap();
    let (_, feed) = here.asked().await;
    feed.send(text("so far")).await.unwrap();
    while here.stored(sent.answer.id).await.0 != "so far" {
        tokio::task::yield_now().await;
    }
    let page = open_conversation(&there.engine, ada, sent.conversation_id, Window::End)
        .await
        .unwrap();
    let answer = &page.messages.items[1];
    assert!(answer.html.contains("so far"), "{answer:?}");
    assert_eq!(answer.position, "so far".len());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn stopping_in_one_process_closes_the_providers_stream_in_another(pool: PgPool) {
    let here = Site::new(pool).await;
    let there = here.second_process();
    let ada = here.person().await;
    let sent = here.send(ada, None, "count to a million").await.unwrap();
    let (_, feed) = here.asked().await;
    let stop = CancellationToken::new();
    let (ready, listening) = tokio::sync::oneshot::channel();
    let (engine, db, until) = (here.engine.clone(), here.db.clone(), stop.clone());
    tokio::spawn(async move {
        let mut ready = Some(ready);
        kernel::signals::listen(&db, until, move |heard| {
            engine.heard(&heard);
            ready.take().map(|ready| ready.send(()));
        })
        .await;
    });
    listening.await.unwrap();
    feed.send(text("one two")).await.unwrap();
    while here.stored(sent.answer.id).await.0 != "one two" {
        tokio::task::yield_now().await;
    }
    let command = StopGeneration {
        generation_id: generation(&sent),
    };
    stop_generation(&there.engine, ada, command).await.unwrap();
    feed.closed().await;
    let (_, _, status) = read_to_end(&there, ada, generation(&sent)).await;
    assert_eq!(status, MessageStatus::Stopped);
    assert_eq!(
        here.stored(sent.answer.id).await,
        ("one two".into(), "stopped".into())
    );
    stop.cancel();
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stop_whose_signal_was_missed_is_found_at_the_next_renewal(pool: PgPool) {
    let here = Site::new(pool).await;
    let there = here.second_process();
    let ada = here.person().await;
    let sent = here.send(ada, None, "count to a million").await.unwrap();
    let (_, feed) = here.asked().await;
    let command = StopGeneration {
        generation_id: generation(&sent),
    };
    stop_generation(&there.engine, ada, command).await.unwrap();
    feed.closed().await;
    assert_eq!(
        here.ended(ada, generation(&sent)).await.0,
        MessageStatus::Stopped
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_arrives_after_another_process_has_ended_the_run_is_kept(pool: PgPool) {
    let here = Site::new(pool).await;
    let there = here.second_process();
    let ada = here.person().await;
    let sent = here.send(ada, None, "go on").await.unwrap();
    let (_, feed) = here.asked().await;
    feed.send(text("saved, ")).await.unwrap();
    while here.stored(sent.answer.id).await.0 != "saved, " {
        tokio::task::yield_now().await;
    }
    // As if this process had been away from the database for longer than its lease.
    sqlx::query("update generations set lease_until = '2000-01-01'")
        .execute(here.db.pool())
        .await
        .unwrap();
    // Not saved yet, or just so: either way it stays.
    feed.send(text("and late")).await.unwrap();
    assert_eq!(end_abandoned(&there.engine).await.unwrap().ended, 1);
    // It learns that it has lost the run, and lets the provider go.
    feed.closed().await;
    assert_eq!(
        here.ended(ada, generation(&sent)).await.0,
        MessageStatus::Interrupted
    );
    assert_eq!(
        here.stored(sent.answer.id).await,
        ("saved, and late".into(), "interrupted".into())
    );
    let finished = here.events().await;
    let ends = finished
        .iter()
        .filter(|kind| kind.contains("generation_finished"))
        .count();
    assert_eq!(ends, 1, "{finished:?}");
    assert_eq!(here.count("select count(*) from answer_pieces").await, 0);
}
