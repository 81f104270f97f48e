//! `kill -9` in the middle of an answer.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::Instant;

use crate::{
    alone,
    people::{Person, Sent},
    reader::Event,
    servers::{Server, provider, url_of},
    stored,
};

/// So much of what has arrived may be missing.
pub const MAY_MISS: Duration = Duration::from_millis(200);
/// So long an answer may look alive after its process was killed.
pub const NOTICED_WITHIN: Duration = Duration::from_secs(5);

/// A text that no other is a prefix of.
pub fn distinct(name: &str, words: usize) -> String {
    let mut text = format!("This is {name}.");
    for word in 0..words {
        // Short paragraphs: what a page costs is not what is tested.
        let space = if word % 10 == 9 { "\n\n" } else { " " };
        text.push_str(&format!("{space}word{word}"));
    }
    text
}

/// How many bytes had arrived for sure, `MAY_MISS` before the moment.
pub fn arrived(events: &[Event], killed: Instant) -> usize {
    let early = events.iter().filter(|event| event.at + MAY_MISS <= killed);
    early.filter_map(|event| event.id).max().unwrap_or_default()
}

/// Reads while a process is killed after so many bytes.
async fn read_and_kill(
    server: &mut Server,
    ada: &Person,
    sent: &Sent,
    bytes: usize,
) -> (Vec<Event>, Instant) {
    let mut reader = ada.follow(server, &sent.generation, None).await;
    let mut events = Vec::new();
    while reader.last_id.unwrap_or_default() < bytes {
        events.extend(reader.next().await.expect("no break"));
    }
    let killed = Instant::now();
    server.kill().await;
    while let Ok(Some(event)) = reader.next().await {
        events.push(event);
    }
    (events, killed)
}

async fn is_kept(pool: &PgPool, sent: &Sent, text: &str, events: &[Event], killed: Instant) {
    let (answer, _) = stored::ended(pool, sent, NOTICED_WITHIN).await;
    let noticed = killed.elapsed();
    assert_eq!(answer.status, "interrupted");
    assert!(text.starts_with(&answer.body), "{:?}", answer.body);
    let arrived = arrived(events, killed);
    println!(
        "noticed after {noticed:?}; {} bytes stored, at least {arrived} due",
        answer.body.len()
    );
    assert!(
        answer.body.len() >= arrived,
        "{} of {arrived}",
        answer.body.len()
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_process_ends_what_a_killed_one_was_writing(pool: PgPool) {
    let _alone = alone().await;
    let (url, provider) = (url_of(&pool), provider().await);
    let mut doomed = Server::start(&url, provider, &[]).await;
    let other = Server::start(&url, provider, &[]).await;
    let ada = Person::new(&pool).await;
    let text = distinct("Ada", 2_000);
    let sent = ada
        .say(&doomed, &format!("[[speed: 100]] [[say: {text}]]"))
        .await;
    let mut there = ada.follow(&other, &sent.generation, None).await;
    let (events, killed) = read_and_kill(&mut doomed, &ada, &sent, 600).await;
    is_kept(&pool, &sent, &text, &events, killed).await;
    // Who follows on the other process sees the end, without coming back.
    there.rest().await;
    assert_eq!(there.page.status.as_deref(), Some("interrupted"));
    let stored = stored::answer(&pool, &sent).await;
    let mut again = ada.follow(&other, &sent.generation, None).await;
    again.rest().await;
    assert_eq!(there.page.html(), again.page.html(), "{}", stored.body);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_next_process_ends_what_a_killed_one_was_writing(pool: PgPool) {
    let _alone = alone().await;
    let (url, provider) = (url_of(&pool), provider().await);
    let mut doomed = Server::start(&url, provider, &[]).await;
    let ada = Person::new(&pool).await;
    let text = distinct("Ada", 2_000);
    let sent = ada
        .say(&doomed, &format!("[[speed: 100]] [[say: {text}]]"))
        .await;
    let (events, killed) = read_and_kill(&mut doomed, &ada, &sent, 600).await;
    let next = Server::start(&url, provider, &[]).await;
    is_kept(&pool, &sent, &text, &events, killed).await;
    let mut reader = ada.follow(&next, &sent.generation, None).await;
    reader.rest().await;
    assert_eq!(reader.page.status.as_deref(), Some("interrupted"));
}
