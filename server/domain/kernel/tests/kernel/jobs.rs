use kernel::{
    Clock, Db, Job, UserId,
    jobs::{self, Claimed, Outcome},
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use time::{Duration, macros::datetime};
use uuid::Uuid;

const LEASE: Duration = Duration::seconds(30);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Count {
    n: u32,
}

impl Job for Count {
    const KIND: &'static str = "test.count";
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Write {
    to: UserId,
}

impl Job for Write {
    const KIND: &'static str = "test.write";

    fn about(&self) -> Option<UserId> {
        Some(self.to)
    }
}

fn db(pool: PgPool) -> Db {
    Db::new(pool, Clock::fixed(datetime!(2026-01-02 03:04:05 UTC)))
}

async fn enqueue(db: &Db, n: u32) -> Uuid {
    let mut tx = db.begin().await.expect("a transaction");
    let id = tx.enqueue(&Count { n }).await.expect("queued");
    tx.commit().await.expect("committed");
    id
}

async fn claim(db: &Db, limit: i64) -> Vec<Claimed> {
    let kinds = [Count::KIND, "test.scheduled"];
    jobs::claim(db, &kinds, LEASE, limit).await.expect("jobs")
}

async fn one(db: &Db) -> Claimed {
    let mut claimed = claim(db, 10).await;
    assert_eq!(claimed.len(), 1);
    claimed.remove(0)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_job_is_queued_with_its_transaction_and_not_otherwise(pool: PgPool) {
    let db = db(pool);
    let mut tx = db.begin().await.expect("a transaction");
    tx.enqueue(&Count { n: 1 }).await.expect("queued");
    drop(tx);
    assert!(claim(&db, 10).await.is_empty());
    let bell = db.job_queued();
    let id = enqueue(&db, 2).await;
    bell.await;
    let job = one(&db).await;
    assert_eq!((job.id, job.attempts), (id, 1));
    assert_eq!(job.decode().expect("its data"), Some(Count { n: 2 }));
    assert_eq!(job.decode::<Write>().expect("another kind"), None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_job_has_one_runner_until_its_lease_ends(pool: PgPool) {
    let db = db(pool);
    enqueue(&db, 1).await;
    let first = one(&db).await;
    assert!(claim(&db, 10).await.is_empty(), "somebody runs it");
    db.clock().advance(LEASE - Duration::seconds(1));
    assert!(jobs::renew(&db, &first, LEASE).await.expect("an answer"));
    db.clock().advance(LEASE - Duration::seconds(1));
    assert!(claim(&db, 10).await.is_empty(), "the lease was renewed");
    db.clock().advance(Duration::seconds(1));
    let second = one(&db).await;
    assert_eq!((second.id, second.attempts), (first.id, 2));
    // Who was overtaken has no say any more.
    assert!(!jobs::renew(&db, &first, LEASE).await.expect("an answer"));
    jobs::end(&db, &first, Outcome::GivenUp, Some("late"))
        .await
        .expect("noted nothing");
    assert!(jobs::renew(&db, &second, LEASE).await.expect("an answer"));
    jobs::end(&db, &second, Outcome::Done, None)
        .await
        .expect("noted");
    assert!(!jobs::renew(&db, &second, LEASE).await.expect("an answer"));
    db.clock().advance(LEASE * 2);
    assert!(claim(&db, 10).await.is_empty(), "it has ended");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn many_runners_share_the_queue_without_doing_anything_twice(pool: PgPool) {
    let db = db(pool);
    for n in 0..40 {
        enqueue(&db, n).await;
    }
    let runners = (0..8).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&db, 3).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|job| job.id));
            }
        })
    });
    let mut all = Vec::new();
    for runner in runners {
        all.extend(runner.await.expect("no panic"));
    }
    // Somebody may have found nothing while others held the rest.
    all.extend(claim(&db, 40).await.into_iter().map(|job| job.id));
    let many = all.len();
    all.sort();
    all.dedup();
    assert_eq!((many, all.len()), (40, 40));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_failed_comes_again_when_it_is_due_and_counts_its_attempts(pool: PgPool) {
    let db = db(pool);
    enqueue(&db, 1).await;
    let job = one(&db).await;
    let due = db.now() + Duration::seconds(2);
    jobs::again(&db, &job, due, Some("refused"))
        .await
        .expect("noted");
    assert!(claim(&db, 10).await.is_empty());
    db.clock().advance(Duration::seconds(5));
    let job = one(&db).await;
    assert_eq!((job.attempts, job.late), (2, Duration::seconds(3)));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_scheduled_job_is_there_once_and_begins_anew_each_time(pool: PgPool) {
    let db = db(pool);
    for _ in 0..3 {
        jobs::schedule(&db, "test.scheduled", db.now())
            .await
            .expect("scheduled");
    }
    let job = one(&db).await;
    let due = db.now() + Duration::hours(1);
    jobs::again(&db, &job, due, None).await.expect("noted");
    jobs::schedule(&db, "test.scheduled", db.now())
        .await
        .expect("scheduled");
    assert!(claim(&db, 10).await.is_empty(), "not before it is due");
    db.clock().advance(Duration::hours(1));
    assert_eq!(one(&db).await.attempts, 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn kinds_that_a_process_does_not_know_are_left_to_others(pool: PgPool) {
    let db = db(pool);
    enqueue(&db, 1).await;
    let other = jobs::claim(&db, &["test.other"], LEASE, 10).await;
    assert!(other.expect("an answer").is_empty());
    one(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn jobs_that_have_ended_are_pruned_and_others_are_not(pool: PgPool) {
    let db = db(pool);
    enqueue(&db, 1).await;
    let job = one(&db).await;
    enqueue(&db, 2).await;
    jobs::end(&db, &job, Outcome::Done, None)
        .await
        .expect("noted");
    db.clock().advance(Duration::days(1));
    assert_eq!(jobs::prune(&db, db.now()).await.expect("pruned"), 1);
    one(&db).await;
}
