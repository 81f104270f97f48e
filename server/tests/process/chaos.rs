//! `kill -9` again and again, under many streams: nothing is doubled, nothing runs for ever, and
//! what is stored is what the provider sent, up to a moment before the end.
//!
//! `CHAOS_ROUNDS` (3) and `CHAOS_STREAMS` (50) say how much; `make chaos` runs 200 rounds on the
//! release build. `CHAOS_JSON` names a file for the figures.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};

use crate::{
    alone,
    killed::{MAY_MISS, NOTICED_WITHIN, distinct},
    people::{Person, Sent, fresh_id},
    reader::{Event, Reader},
    servers::{QUIET, Server, patience, provider, url_of},
};

/// One person's message, and what they saw of the answer.
struct Asked {
    message: String,
    text: String,
    sent: Option<Sent>,
    events: Vec<Event>,
}

/// What the database has of a message.
#[derive(Debug, sqlx::FromRow)]
struct Kept {
    message: String,
    run: String,
    status: String,
    body: String,
    finished: i64,
}

/// What came of a round.
#[derive(Debug, Default)]
struct Round {
    answers: usize,
    interrupted: usize,
    bytes: usize,
    /// How old the oldest text was that a reader had seen and that is not stored.
    missing: Duration,
    /// From the moment the next process listened until nothing was running.
    noticed: Duration,
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn killed_again_and_again_it_loses_and_doubles_nothing(pool: PgPool) {
    let _alone = alone().await;
    let (rounds, streams) = (number("CHAOS_ROUNDS", 3), number("CHAOS_STREAMS", 50));
    let (url, provider) = (url_of(&pool), provider().await);
    let mut people = Vec::new();
    for _ in 0..streams {
        people.push(Person::new(&pool).await);
    }
    let mut server = Server::start(&url, provider, &[("RUST_LOG", QUIET)]).await;
    let mut done = Vec::new();
    for round in 1..=rounds {
        let (asked, killed) = kill_under_load(&mut server, &people, round).await;
        server = Server::start(&url, provider, &[("RUST_LOG", QUIET)]).await;
        let noticed = nothing_runs(&pool).await;
        let mut of_round = check(&pool, &asked, killed).await;
        of_round.noticed = noticed;
        done.push(of_round);
        if round % 10 == 0 || round == rounds {
            println!("{}", summary(&done));
        }
    }
    if let Ok(path) = std::env::var("CHAOS_JSON") {
        let text = serde_json::to_string_pretty(&report(&done, streams)).expect("JSON");
        std::fs::write(path, text).expect("written");
    }
}

/// Everybody asks, and at some moment the process is killed: in every third round while they ask,
/// in the others while the answers are written.
async fn kill_under_load(
    server: &mut Server,
    people: &[Person],
    round: usize,
) -> (Vec<Asked>, Instant) {
    let begun = Arc::new(Semaphore::new(0));
    let asking = people.iter().enumerate().map(|(n, person)| {
        let text = distinct(&format!("person {n} of round {round}"), 400);
        tokio::spawn(ask(person.clone(), server.url(""), text, begun.clone()))
    });
    let asking: Vec<_> = asking.collect();
    if !round.is_multiple_of(3) {
        let all = u32::try_from(people.len()).expect("a number of people");
        let _ = begun.acquire_many(all).await.expect("open");
    }
    // The randomness is the test.
    let mut random = [0; 2];
    getrandom::fill(&mut random).expect("randomness");
    sleep(Duration::from_millis(
        100 + u64::from(u16::from_ne_bytes(random) % 2_500),
    ))
    .await;
    let killed = Instant::now();
    server.kill().await;
    let asked = join_all(asking).await;
    let asked = asked.into_iter().map(|asked| asked.expect("no panic"));
    (asked.collect(), killed)
}

async fn ask(person: Person, url: String, text: String, begun: Arc<Semaphore>) -> Asked {
    let message = fresh_id().to_string();
    let body = format!("[[speed: 30]] [[say: {text}]]");
    let sent = person.try_say_at(&url, &message, &body).await.ok();
    begun.add_permits(1);
    let mut events = Vec::new();
    if let Some(sent) = &sent
        && let Ok(stream) = person.ask_to_follow(&url, &sent.generation, None).await
    {
        let mut reader = Reader::new(stream);
        while let Ok(Some(event)) = reader.next().await {
            events.push(event);
        }
    }
    Asked {
        message,
        text,
        sent,
        events,
    }
}

/// Waits until no run looks alive; how long that took.
async fn nothing_runs(pool: &PgPool) -> Duration {
    let begun = Instant::now();
    let nothing = async {
        while running(pool).await > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = timeout(NOTICED_WITHIN, nothing).await;
    assert!(
        waited.is_ok(),
        "{} still run after {NOTICED_WITHIN:?}",
        running(pool).await
    );
    begun.elapsed()
}

async fn running(pool: &PgPool) -> i64 {
    let count = "select count(*) from generations where status = 'running'";
    sqlx::query_scalar(count)
        .fetch_one(pool)
        .await
        .expect("a number")
}

async fn check(pool: &PgPool, asked: &[Asked], killed: Instant) -> Round {
    let messages: Vec<_> = asked.iter().map(|asked| asked.message.clone()).collect();
    let kept: Vec<Kept> = sqlx::query_as(
        "select q.id::text as message, g.status as run, a.status, a.body,
                (select count(*) from outbox where kind = 'parlance.chat.generation_finished.v1'
                 and data->>'generation_id' = g.id::text) as finished
         from messages q join messages a on a.parent_id = q.id join generations g on g.message_id = a.id
         where q.id = any($1::uuid[])",
    )
    .bind(&messages)
    .fetch_all(pool)
    .await
    .expect("answers");
    let pieces: i64 = sqlx::query_scalar("select count(*) from answer_pieces")
        .fetch_one(pool)
        .await
        .expect("a number");
    assert_eq!(pieces, 0, "pieces of answers that have ended");
    let mut round = Round::default();
    for asked in asked {
        let kept: Vec<_> = kept
            .iter()
            .filter(|kept| kept.message == asked.message)
            .collect();
        assert!(kept.len() <= 1, "doubled: {kept:?}");
        assert!(
            asked.sent.is_none() || kept.len() == 1,
            "a message was lost"
        );
        for kept in kept {
            check_one(asked, kept, killed, &mut round);
        }
    }
    round
}

fn check_one(asked: &Asked, kept: &Kept, killed: Instant, round: &mut Round) {
    assert_eq!(kept.finished, 1, "events of the end of {kept:?}");
    assert_eq!(
        (kept.run.as_str(), kept.status.as_str()),
        ("interrupted", "interrupted")
    );
    assert!(
        asked.text.starts_with(&kept.body),
        "{:?} is no beginning of {:?}",
        kept.body,
        asked.text
    );
    let unsaved = |event: &&Event| event.id.is_some_and(|id| id > kept.body.len());
    let first = asked.events.iter().find(unsaved);
    let missing: Duration = first.map_or(Duration::ZERO, |event| {
        killed.saturating_duration_since(event.at)
    });
    assert!(
        missing <= patience(MAY_MISS),
        "seen {missing:?} before the end, and not stored"
    );
    round.answers += 1;
    round.interrupted += usize::from(kept.status == "interrupted");
    round.bytes += kept.body.len();
    round.missing = round.missing.max(missing);
}

fn summary(done: &[Round]) -> String {
    let of = |what: fn(&Round) -> Duration| done.iter().map(what).max().unwrap_or_default();
    format!(
        "{} rounds: {} answers, {} bytes kept; at most {:?} missing, {:?} until nothing ran",
        done.len(),
        done.iter().map(|round| round.answers).sum::<usize>(),
        done.iter().map(|round| round.bytes).sum::<usize>(),
        of(|round| round.missing),
        of(|round| round.noticed),
    )
}

fn report(done: &[Round], streams: usize) -> Value {
    let rounds = done.iter().map(|round| {
        json!({
            "answers": round.answers,
            "interrupted": round.interrupted,
            "bytes": round.bytes,
            "missing_ms": round.missing.as_millis() as u64,
            "noticed_ms": round.noticed.as_millis() as u64,
        })
    });
    json!({ "streams": streams, "rounds": rounds.collect::<Vec<_>>() })
}

fn number(variable: &str, default: usize) -> usize {
    let value = std::env::var(variable).ok();
    value.map_or(default, |value| value.parse().expect("a number"))
}
