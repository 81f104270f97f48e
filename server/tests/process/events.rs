//! Events while the broker is killed and restarted three times and the server is killed twice:
//! every committed fact is in its topic, in order, and every effect has happened once.
//!
//! `EVENTS_COMMANDS` (400) says how many commands people give; `make chaos-events` gives 10,000 to
//! the release build. `EVENTS_JSON` names a file for the figures. The broker is that of
//! `scripts/kafka.sh start test`, named by `KAFKA_TEST_BROKERS`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use serde_json::json;
use sqlx::PgPool;
use tokio::{
    process::Command,
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::{
    alone,
    people::{Person, fresh_id},
    servers::{QUIET, Server, provider, url_of},
    topics,
};

/// People who give commands at the same time.
const PEOPLE: usize = 8;
/// One in so many commands begins a conversation; the others give one a new title.
const BEGINNINGS: usize = 4;
/// Until everything that was committed has had its effect, after the last fault.
const CATCHES_UP: Duration = Duration::from_secs(180);

/// What goes wrong, each after another ninth of the commands.
#[derive(Debug, Clone, Copy)]
enum Fault {
    BrokerKilled,
    BrokerBack,
    ServerKilled,
}

const FAULTS: [Fault; 8] = [
    Fault::BrokerKilled,
    Fault::BrokerBack,
    Fault::ServerKilled,
    Fault::BrokerKilled,
    // While there is no broker: the next process begins without one.
    Fault::ServerKilled,
    Fault::BrokerBack,
    Fault::BrokerKilled,
    Fault::BrokerBack,
];

pub async fn kafka(verb: &str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/kafka.sh");
    let done = Command::new(script).args([verb, "test"]).output().await;
    let done = done.expect("the script runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

async fn count(pool: &PgPool, question: &str) -> i64 {
    sqlx::query_scalar(question)
        .fetch_one(pool)
        .await
        .expect("a number")
}

/// Gives commands until there have been enough. One that a fault has cut off is given again.
async fn give_commands(
    person: Person,
    base: watch::Receiver<String>,
    given: Arc<AtomicUsize>,
    commands: usize,
) {
    let url = || base.borrow().clone();
    let begin = async || {
        let message = fresh_id().to_string();
        let body = "[[speed: 100000]] [[say: Yes.]]";
        loop {
            if let Ok(sent) = person.try_say_at(&url(), &message, body).await {
                return sent.conversation;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    let mut own = begin().await;
    loop {
        let n = given.fetch_add(1, SeqCst);
        if n >= commands {
            return;
        }
        if n.is_multiple_of(BEGINNINGS) {
            begin().await;
            continue;
        }
        if n.is_multiple_of(50) {
            own = begin().await;
        }
        let title = format!("Title {n}");
        let fields = [("conversation_id", own.as_str()), ("title", &title)];
        loop {
            let answer = person.post_at(&url(), "/api/fn/chat/rename", &fields).await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn killed_brokers_and_servers_lose_double_and_reorder_nothing(pool: PgPool) {
    let _alone = alone().await;
    let commands: usize =
        std::env::var("EVENTS_COMMANDS").map_or(400, |number| number.parse().expect("a number"));
    let (url, provider, prefix) = (url_of(&pool), provider().await, topics::fresh_prefix());
    let brokers = topics::broker();
    let settings = [
        ("RUST_LOG", QUIET),
        ("KAFKA_BROKERS", brokers.as_str()),
        ("KAFKA_TOPIC_PREFIX", &prefix),
    ];
    let mut server = Server::start(&url, provider, &settings).await;
    let (base, at) = watch::channel(server.url(""));
    let given = Arc::new(AtomicUsize::new(0));
    let mut people = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..PEOPLE {
        let person = Person::new(&pool).await;
        people.spawn(give_commands(person, at.clone(), given.clone(), commands));
    }
    for (n, fault) in FAULTS.into_iter().enumerate() {
        let when = commands * (n + 1) / (FAULTS.len() + 1);
        while given.load(SeqCst) < when {
            sleep(Duration::from_millis(5)).await;
        }
        match fault {
            Fault::BrokerKilled => kafka("kill").await,
            Fault::BrokerBack => kafka("resume").await,
            Fault::ServerKilled => {
                server.kill().await;
                server = Server::start(&url, provider, &settings).await;
                base.send_replace(server.url(""));
            }
        }
    }
    while let Some(done) = people.join_next().await {
        done.expect("a person");
    }
    let commanded = begun.elapsed();
    let caught_up = caught_up(&pool, &server).await;
    check_effects(&pool).await;
    let events = topics::check(&pool, &brokers, &prefix).await;
    let figures = json!({
        "commands": commands,
        "events": events.committed,
        "messages": events.messages,
        "commands_seconds": commanded.as_secs_f64(),
        "caught_up_seconds": caught_up.as_secs_f64(),
    });
    println!("{figures}");
    if let Ok(path) = std::env::var("EVENTS_JSON") {
        std::fs::write(path, figures.to_string()).expect("written");
    }
}

/// Waits until nothing waits; tells how long that took.
pub async fn caught_up(pool: &PgPool, server: &Server) -> Duration {
    let begun = Instant::now();
    let waits = "select (select count(*) from outbox where published_at is null)
        + (select count(*) from outbox where kind = 'parlance.chat.conversation_started.v1' and not exists
            (select 1 from inbox where event_id = outbox.id and consumer = 'chat.title'))
        + (select count(*) from generations where finished_at is null)";
    let nothing = timeout(CATCHES_UP, async {
        while count(pool, waits).await > 0 {
            sleep(Duration::from_millis(50)).await;
        }
    });
    if nothing.await.is_err() {
        panic!("{} wait: {}", count(pool, waits).await, server.log());
    }
    begun.elapsed()
}

/// Each beginning has had its effect once, and nothing was given up.
pub async fn check_effects(pool: &PgPool) {
    assert_eq!(count(pool, "select count(*) from dead_letters").await, 0);
    let started = count(
        pool,
        "select count(*) from outbox where kind = 'parlance.chat.conversation_started.v1'",
    )
    .await;
    assert_eq!(
        started,
        count(pool, "select count(*) from conversations").await
    );
    // A title that a person chose stays, and then there is no effect.
    let untitled = count(
        pool,
        "select count(*) from conversations c where not titled_by_person and (
             title is null or 1 <> (select count(*) from outbox where aggregate_id = c.id
                                    and kind = 'parlance.chat.conversation_titled.v1'))",
    )
    .await;
    assert_eq!(untitled, 0, "conversations without exactly one title");
    let doubled = count(
        pool,
        "select count(*) from (select 1 from outbox where kind = 'parlance.chat.conversation_titled.v1'
                               group by aggregate_id having count(*) > 1) as doubled",
    )
    .await;
    assert_eq!(doubled, 0, "conversations with two titles");
}
