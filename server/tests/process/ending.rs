//! SIGTERM: how a process ends.

use std::time::Duration;

use kernel::Clock;
use sqlx::PgPool;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{
    alone,
    people::{Person, Sent},
    servers::{Server, patience, provider, url_of},
    stored,
};

const ENDLESS: &str = "[[tokens: 100000]] [[speed: 100]]";
/// From the end of the last run to the end of the process.
const AFTERWARDS: Duration = Duration::from_millis(300);

/// How long ago the run ended, by the database.
async fn since_the_end_of(pool: &PgPool, sent: &Sent, server: &Server) -> Duration {
    let now = Clock::system().now();
    let at: Option<time::OffsetDateTime> =
        sqlx::query_scalar("select finished_at from generations where id = $1::uuid")
            .bind(&sent.generation)
            .fetch_one(pool)
            .await
            .expect("a run");
    let at = at.unwrap_or_else(|| panic!("its end is not stored: {}", server.log()));
    (now - at).try_into().unwrap_or_default()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn told_to_end_it_finishes_what_it_can_and_sends_readers_on(pool: PgPool) {
    let _alone = alone().await;
    let (url, provider) = (url_of(&pool), provider().await);
    let settings = [
        ("PARLANCE_ENV", "production"),
        ("SHUTDOWN_GRACE_SECONDS", "30"),
    ];
    let mut server = Server::start(&url, provider, &settings).await;
    let ada = Person::new(&pool).await;
    // Outlives the three seconds that balancers get.
    let sent = ada.say(&server, "[[tokens: 250]] [[speed: 50]]").await;
    let mut reader = ada.follow(&server, &sent.generation, None).await;
    reader.until(1).await;
    assert!(server.is_ready().await);

    server.terminate().await;
    let told = Instant::now();
    while server.is_ready().await {
        assert!(told.elapsed() < Duration::from_millis(100), "still ready");
    }
    // Balancers may still send people for a moment.
    let silent = ada.say(&server, "[[fault: stall]]").await;
    let mut early = ada.follow(&server, &silent.generation, None).await;
    let hello = early.next().await.expect("no break").expect("an event");
    assert_eq!(hello.id, Some(0), "an id before anything has arrived");

    reader.rest().await;
    assert!(
        told.elapsed() < Duration::from_secs(4),
        "{:?}",
        told.elapsed()
    );
    assert_eq!(reader.page.status, None, "sent away, not ended");
    early.rest().await;
    assert!(
        TcpStream::connect(server.addr).await.is_err(),
        "nobody listens"
    );

    let (answer, _) = stored::ended(&pool, &sent, Duration::from_secs(30)).await;
    assert_eq!(answer.status, "complete", "it was given the time");
    // The stalled one would hold the process for all of the grace.
    server.terminate().await;
    let status = server.ended().await;
    assert!(since_the_end_of(&pool, &silent, &server).await < patience(AFTERWARDS));
    assert_eq!(status.code(), Some(0));
    assert_eq!(stored::answer(&pool, &silent).await.status, "interrupted");

    // Another process serves the rest from where the reader was.
    let next = Server::start(&url, provider, &[]).await;
    let mut again = ada.follow(&next, &sent.generation, reader.last_id).await;
    again = again.with_page(reader.page);
    again.rest().await;
    assert_eq!(Some(again.page.html()), answer.html);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_does_not_finish_within_the_grace_is_kept_as_interrupted(pool: PgPool) {
    let _alone = alone().await;
    let settings = [("SHUTDOWN_GRACE_SECONDS", "1")];
    let mut server = Server::start(&url_of(&pool), provider().await, &settings).await;
    let ada = Person::new(&pool).await;
    let sent = ada.say(&server, ENDLESS).await;
    let mut reader = ada.follow(&server, &sent.generation, None).await;
    reader.until(100).await;
    // A client that has sent half a request holds nobody up.
    let half = TcpStream::connect(server.addr).await.expect("connected");
    half.try_write(b"GET / HTTP/1.1\r\nHo").expect("written");

    server.terminate().await;
    let told = Instant::now();
    reader.rest().await;
    assert!(
        told.elapsed() < Duration::from_secs(1),
        "readers do not wait"
    );
    let status = server.ended().await;
    let (took, since) = (
        told.elapsed(),
        since_the_end_of(&pool, &sent, &server).await,
    );
    assert_eq!(status.code(), Some(0));
    assert!(took >= Duration::from_secs(1), "{took:?}");
    assert!(since < patience(AFTERWARDS), "{since:?}");
    let answer = stored::answer(&pool, &sent).await;
    assert_eq!(answer.status, "interrupted");
    let written = 100 * (took - since).as_millis() / 1_000;
    let words = answer.body.len() / 6;
    assert!(words as u128 > written / 2, "{words} of about {written}");
    drop(half);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_second_signal_cuts_the_grace_short(pool: PgPool) {
    let _alone = alone().await;
    let settings = [("SHUTDOWN_GRACE_SECONDS", "3600")];
    let mut server = Server::start(&url_of(&pool), provider().await, &settings).await;
    let ada = Person::new(&pool).await;
    let sent = ada.say(&server, ENDLESS).await;
    let mut reader = ada.follow(&server, &sent.generation, None).await;
    reader.until(50).await;
    server.terminate().await;
    reader.rest().await;
    let early = timeout(Duration::from_millis(500), server.ended()).await;
    assert!(early.is_err(), "it waits for the run");
    server.terminate().await;
    let told = Instant::now();
    let status = timeout(Duration::from_secs(10), server.ended()).await;
    assert_eq!(status.expect("it ends").code(), Some(0));
    assert!(
        since_the_end_of(&pool, &sent, &server).await < patience(AFTERWARDS),
        "{:?}",
        told.elapsed()
    );
    assert_eq!(stored::answer(&pool, &sent).await.status, "interrupted");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_anything_to_do_it_ends_at_once(pool: PgPool) {
    let _alone = alone().await;
    let settings = [("SHUTDOWN_GRACE_SECONDS", "3600")];
    let mut server = Server::start(&url_of(&pool), provider().await, &settings).await;
    assert!(server.is_ready().await);
    server.terminate().await;
    let told = Instant::now();
    assert_eq!(server.ended().await.code(), Some(0));
    assert!(
        told.elapsed() < patience(AFTERWARDS),
        "{:?}",
        told.elapsed()
    );
}
