//! An export is written once, whoever is interrupted on the way.

use exports::{
    Error, ExportId, ExportStatus,
    commands::{WriteExport, delete_expired, request_export, write_export},
    queries::{download, my_export, part},
};
use kernel::{Actor, Clock, Db, Job, Role, UserId, jobs};
use sqlx::PgPool;
use time::{Duration, macros::datetime};
use users::{Email, Language, commands::register_in};

fn db(pool: PgPool) -> Db {
    Db::new(pool, Clock::fixed(datetime!(2026-03-01 12:00 UTC)))
}

async fn somebody(db: &Db, address: &str) -> (UserId, Actor) {
    let mut tx = db.begin().await.expect("a transaction");
    let email = Email::parse(address).expect("an address");
    let user = register_in(&mut tx, &email).await.expect("a user");
    tx.commit().await.expect("committed");
    let role = Role::User;
    (user, Actor::Person { user, role })
}

/// Asks for an export; gives it and its job.
async fn ask(db: &Db, actor: Actor) -> (ExportId, WriteExport) {
    let id = request_export(db, actor, Language::English)
        .await
        .expect("asked");
    let claimed = jobs::claim(db, &[WriteExport::KIND], Duration::ZERO, 1).await;
    let job = claimed.expect("the queue").remove(0);
    // Taken out of the queue: the test runs it.
    jobs::end(db, &job, jobs::Outcome::Done, None)
        .await
        .expect("noted");
    (id, job.decode().expect("its data").expect("its kind"))
}

async fn kinds(db: &Db) -> Vec<String> {
    let kinds =
        sqlx::query_scalar("select kind from outbox where kind like '%exports%' order by seq");
    kinds.fetch_all(db.pool()).await.expect("the outbox")
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_export_that_was_interrupted_is_written_anew_and_ends_once(pool: PgPool) {
    let db = db(pool);
    let (_, ada) = somebody(&db, "ada@example.org").await;
    let (id, job) = ask(&db, ada).await;
    // What a killed process has left behind.
    sqlx::query(
        "with left_behind as (update exports set run = gen_random_uuid(), done = 7 returning id)
         insert into export_parts select id, 0, 'half'::bytea from left_behind",
    )
    .execute(db.pool())
    .await
    .expect("a part");
    for _ in 0..2 {
        write_export(&db, Actor::System, &job)
            .await
            .expect("written");
    }
    let kinds = kinds(&db).await;
    assert_eq!(
        kinds,
        [
            "parlance.exports.export_requested.v1",
            "parlance.exports.export_finished.v1"
        ]
    );
    let view = my_export(&db, ada).await.expect("an answer").expect("one");
    let ExportStatus::Ready {
        link,
        bytes,
        expires_at,
    } = view.status
    else {
        panic!("{view:?}");
    };
    assert_eq!((view.id, expires_at), (id, db.now() + Duration::days(7)));
    let (_, signature) = link.split_once("signature=").expect("signed");
    let file = download(&db, ada, id, expires_at.unix_timestamp(), signature)
        .await
        .expect("allowed");
    let whole = part(&db, &file, 0)
        .await
        .expect("an answer")
        .expect("a part");
    assert_eq!(whole.len() as i64, bytes);
    assert!(whole.starts_with(b"PK"), "nothing is left of the half one");
    assert!(part(&db, &file, 1).await.expect("an answer").is_none());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_new_one_takes_the_place_of_the_last_and_old_ones_go(pool: PgPool) {
    let db = db(pool);
    let (_, ada) = somebody(&db, "ada@example.org").await;
    let (first, job) = ask(&db, ada).await;
    let again = request_export(&db, ada, Language::English).await;
    assert_eq!(again.expect("asked"), first, "it is being written");
    write_export(&db, Actor::System, &job)
        .await
        .expect("written");
    let (second, job) = ask(&db, ada).await;
    assert_ne!(first, second);
    write_export(&db, Actor::System, &job)
        .await
        .expect("written");
    assert_eq!(delete_expired(&db).await.expect("looked"), 0);
    db.clock().advance(Duration::days(7));
    assert!(my_export(&db, ada).await.expect("an answer").is_none());
    assert_eq!(delete_expired(&db).await.expect("looked"), 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_asks_and_only_the_site_writes(pool: PgPool) {
    let db = db(pool);
    let (_, ada) = somebody(&db, "ada@example.org").await;
    let (_, eve) = somebody(&db, "eve@example.org").await;
    for actor in [Actor::Nobody, Actor::System] {
        let refused = request_export(&db, actor, Language::English).await;
        assert!(matches!(refused, Err(Error::NotSignedIn(_))));
        assert!(matches!(
            my_export(&db, actor).await,
            Err(Error::NotSignedIn(_))
        ));
    }
    let (_, job) = ask(&db, ada).await;
    for actor in [Actor::Nobody, ada, eve] {
        let refused = write_export(&db, actor, &job).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
    assert!(my_export(&db, eve).await.expect("an answer").is_none());
}
