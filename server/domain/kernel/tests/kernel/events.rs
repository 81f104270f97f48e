use kernel::{Clock, Db, Event, inbox, outbox};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
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
    tx.record(&Counted { about, n }).await.expect("recorded");
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
    .await
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
async fn pruning_takes_old_published_events_and_their_inbox_rows_only(pool: PgPool) {
    let db = db(pool);
    record(&db, db.clock().uuid(), 1).await;
    record(&db, db.clock().uuid(), 2).await;
    let old = due(&db).await[0].0;
    outbox::published(&db, old).await.expect("published");
    let mut tx = db.begin().await.expect("a transaction");
    inbox::first_time(&mut tx, "a", old)
        .await
        .expect("consumed");
    tx.commit().await.expect("committed");
    assert_eq!(outbox::prune(&db, db.now()).await.expect("pruned"), 0);
    assert_eq!(
        outbox::prune(&db, db.now() + time::Duration::seconds(1))
            .await
            .expect("pruned"),
        1
    );
    assert!(!inbox::has_seen(&db, "a", old).await.expect("asked"));
    assert_eq!(due(&db).await.len(), 1);
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
