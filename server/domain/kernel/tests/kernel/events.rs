use kernel::event::schemars::{self, JsonSchema};
use kernel::{
    Clock, Db, Event, dead_letters, inbox, jobs,
    outbox::{self, Waiting},
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Counted {
    about: Uuid,
    n: u32,
}

impl Event for Counted {
    const TYPE: &'static str = "parlance.test.counted.v1";

    fn aggregate_id(&self) -> Uuid {
        self.about
    }
}

fn db(pool: PgPool) -> Db {
    Db::new(
        pool,
        Clock::fixed(time::macros::datetime!(2026-01-02 03:04:05 UTC)),
    )
}

async fn record(db: &Db, about: Uuid, n: u32) {
    let mut tx = db.begin().await.expect("a transaction");
    tx.record(&Counted { about, n }).expect("recorded");
    tx.commit().await.expect("committed");
}

async fn due(db: &Db) -> Vec<(Uuid, u32)> {
    let due = outbox::due(db, 10).await.expect("due");
    due.iter()
        .map(|e| {
            let counted: Counted = e.decode().expect("decodes").expect("its type");
            (e.id, counted.n)
        })
        .collect()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_event_of_a_transaction_that_rolls_back_never_was(pool: PgPool) {
    let db = db(pool);
    let mut tx = db.begin().await.expect("a transaction");
    tx.record(&Counted {
        about: Uuid::nil(),
        n: 1,
    })
    .expect("recorded");
    drop(tx);
    assert!(due(&db).await.is_empty());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_commit_with_an_event_rings_the_bell_and_one_without_does_not(pool: PgPool) {
    let db = db(pool);
    db.begin()
        .await
        .expect("a transaction")
        .commit()
        .await
        .expect("committed");
    let rung = tokio::time::timeout(std::time::Duration::ZERO, db.event_recorded()).await;
    assert!(rung.is_err());
    record(&db, Uuid::nil(), 1).await;
    db.event_recorded().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn one_aggregates_events_come_in_order_and_one_at_a_time(pool: PgPool) {
    let db = db(pool);
    let (a, b) = (db.clock().uuid(), db.clock().uuid());
    for (about, n) in [(a, 1), (a, 2), (b, 3), (a, 4)] {
        record(&db, about, n).await;
    }
    let mut delivered = Vec::new();
    loop {
        let batch = due(&db).await;
        if batch.is_empty() {
            break;
        }
        delivered.push(batch.iter().map(|(_, n)| *n).collect::<Vec<_>>());
        for (id, _) in batch {
            outbox::published(&db, id).await.expect("published");
        }
    }
    assert_eq!(delivered, [vec![1, 3], vec![2], vec![4]]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_events_of_a_transaction_are_written_in_their_order(pool: PgPool) {
    let db = db(pool);
    let (a, b) = (db.clock().uuid(), db.clock().uuid());
    let mut tx = db.begin().await.expect("a transaction");
    for (about, n) in [(b, 1), (a, 2), (b, 3), (a, 4)] {
        tx.record(&Counted { about, n }).expect("recorded");
    }
    tx.commit().await.expect("committed");
    let all = outbox::unpublished(&db, 10).await.expect("asked");
    let counted = all.iter().map(|event| event.decode::<Counted>());
    let counted = counted.map(|counted| counted.expect("decodes").expect("its type"));
    let order: Vec<_> = counted.map(|counted| (counted.about, counted.n)).collect();
    assert_eq!(order, [(b, 1), (a, 2), (b, 3), (a, 4)]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn whoever_relays_is_told_what_waits(pool: PgPool) {
    let db = db(pool);
    let mut lead = outbox::lead_relay(&db).await.expect("asked");
    let lead = lead.as_mut().expect("nobody else leads");
    let mut waiting = async || outbox::still_leads(&db, lead).await.expect("asked");
    let nothing = Waiting {
        events: false,
        jobs: false,
    };
    assert_eq!(waiting().await, nothing);
    record(&db, Uuid::nil(), 1).await;
    let due = db.now() + time::Duration::seconds(5);
    jobs::schedule(&db, "test.job", due).await.expect("queued");
    let event = Waiting {
        events: true,
        ..nothing
    };
    assert_eq!(waiting().await, event, "the job is not due yet");
    db.clock().advance(time::Duration::seconds(5));
    let both = Waiting {
        jobs: true,
        ..event
    };
    assert_eq!(waiting().await, both);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_failed_delivery_waits_and_holds_back_what_follows_it(pool: PgPool) {
    let db = db(pool);
    let about = db.clock().uuid();
    record(&db, about, 1).await;
    record(&db, about, 2).await;
    let (first, _) = due(&db).await[0];
    outbox::failed(&db, first, db.now() + time::Duration::seconds(5), "broken")
        .await
        .expect("noted");
    assert!(
        due(&db).await.is_empty(),
        "the second must not overtake the first"
    );
    db.clock().advance(time::Duration::seconds(5));
    let again = outbox::due(&db, 10).await.expect("due");
    assert_eq!((again.len(), again[0].id, again[0].attempts), (1, first, 1));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_event_is_consumed_once_by_each_consumer_and_not_at_all_by_a_rollback(pool: PgPool) {
    let db = db(pool);
    let event = db.clock().uuid();
    let tx = &mut db.begin().await.expect("a transaction");
    assert!(inbox::first_time(tx, "a", event).await.expect("asked"));
    assert!(!inbox::first_time(tx, "a", event).await.expect("asked"));
    assert!(inbox::first_time(tx, "b", event).await.expect("asked"));
    assert!(
        !inbox::has_seen(&db, "a", event).await.expect("asked"),
        "not committed"
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn pruning_takes_old_published_events_only(pool: PgPool) {
    let db = db(pool);
    record(&db, db.clock().uuid(), 1).await;
    record(&db, db.clock().uuid(), 2).await;
    let old = due(&db).await[0].0;
    outbox::published(&db, old).await.expect("published");
    assert_eq!(outbox::prune(&db, db.now()).await.expect("pruned"), 0);
    let later = db.now() + time::Duration::seconds(1);
    assert_eq!(outbox::prune(&db, later).await.expect("pruned"), 1);
    assert_eq!(due(&db).await.len(), 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_inbox_forgets_what_is_old_but_nothing_that_will_come_again(pool: PgPool) {
    let db = db(pool);
    for n in [1, 2] {
        record(&db, db.clock().uuid(), n).await;
    }
    let [(gone, _), (waits, _)] = due(&db).await[..] else {
        panic!("two events are due");
    };
    outbox::published(&db, gone).await.expect("published");
    let mut tx = db.begin().await.expect("a transaction");
    for event in [gone, waits] {
        assert!(inbox::first_time(&mut tx, "a", event).await.expect("asked"));
    }
    tx.commit().await.expect("committed");
    assert_eq!(inbox::prune(&db, db.now()).await.expect("pruned"), 0);
    let later = db.now() + time::Duration::seconds(1);
    assert_eq!(inbox::prune(&db, later).await.expect("pruned"), 1);
    assert!(!inbox::has_seen(&db, "a", gone).await.expect("asked"));
    assert!(inbox::has_seen(&db, "a", waits).await.expect("asked"));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_backlog_is_what_is_not_published_and_comes_in_the_order_of_writing(pool: PgPool) {
    let db = db(pool);
    let empty = outbox::backlog(&db).await.expect("asked");
    assert_eq!((empty.pending, empty.oldest), (0, None));
    let (begun, a) = (db.now(), db.clock().uuid());
    for (about, n) in [(a, 1), (db.clock().uuid(), 2), (a, 3)] {
        record(&db, about, n).await;
        db.clock().advance(time::Duration::seconds(1));
    }
    let backlog = outbox::backlog(&db).await.expect("asked");
    assert_eq!((backlog.pending, backlog.oldest), (3, Some(begun)));
    let waiting = outbox::unpublished(&db, 2).await.expect("read");
    let numbers: Vec<_> = waiting.iter().map(|e| e.data["n"].clone()).collect();
    assert_eq!(numbers, [1, 2]);
    let ids: Vec<_> = waiting.iter().map(|e| e.id).collect();
    outbox::all_published(&db, &ids).await.expect("noted");
    let left = outbox::unpublished(&db, 10).await.expect("read");
    assert_eq!((left.len(), &left[0].data["n"]), (1, &3.into()));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_a_consumer_cannot_handle_is_put_aside_with_its_error_until_it_is_removed(
    pool: PgPool,
) {
    let db = db(pool);
    record(&db, db.clock().uuid(), 7).await;
    let event = outbox::due(&db, 1).await.expect("due").remove(0);
    let long = "x".repeat(1_000);
    dead_letters::bury(&db, "a", &event, 8, &long)
        .await
        .expect("put aside");
    dead_letters::bury(&db, "a", &event, 1, "broken")
        .await
        .expect("again");
    dead_letters::bury(&db, "b", &event, 8, "broken")
        .await
        .expect("for another consumer");
    assert_eq!(dead_letters::count(&db).await.expect("counted"), 2);
    let letters = dead_letters::list(&db, Some("a"), 10).await.expect("read");
    let [letter] = &letters[..] else {
        panic!("one of that consumer");
    };
    assert_eq!((letter.attempts, letter.error.as_str()), (9, "broken"));
    let counted: Counted = letter.event.decode().expect("decodes").expect("its type");
    assert_eq!((letter.event.id, counted.n), (event.id, 7));
    dead_letters::remove(&db, letter).await.expect("removed");
    assert_eq!(dead_letters::count(&db).await.expect("counted"), 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_holder_of_the_lead_that_is_silent_loses_it(pool: PgPool) {
    let db = db(pool);
    let mut silent = outbox::lead_relay(&db)
        .await
        .expect("asked")
        .expect("nobody leads yet");
    let begun = std::time::Instant::now();
    let taken_over = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while outbox::lead_relay(&db).await.expect("asked").is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    });
    taken_over.await.expect("taken over within 10 seconds");
    assert!(begun.elapsed() >= outbox::LEADER_SILENT / 2, "not at once");
    assert!(sqlx::Connection::ping(&mut silent).await.is_err());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn one_relay_is_at_work_and_another_takes_over_when_it_is_gone(pool: PgPool) {
    let db = db(pool);
    let first = outbox::lead_relay(&db)
        .await
        .expect("asked")
        .expect("nobody leads yet");
    assert!(outbox::lead_relay(&db).await.expect("asked").is_none());
    sqlx::Connection::close(first).await.expect("closed");
    assert!(outbox::lead_relay(&db).await.expect("asked").is_some());
}
