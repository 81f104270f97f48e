//! The end of a session closes its streams, in every process.

use std::time::Duration;

use reqwest::{Client, redirect::Policy};
use sqlx::PgPool;
use tokio::time::{Instant, timeout};

use crate::{
    alone,
    people::{Person, Sent},
    reader::Reader,
    servers::{Server, provider, url_of},
};

const STALLED: &str = "[[fault: stall after=3]] [[tokens: 9]]";

/// Two processes, and somebody who reads in the first.
struct Case {
    here: Server,
    there: Server,
    ada: Person,
    sent: Sent,
}

impl Case {
    async fn of(pool: &PgPool) -> Self {
        let (url, provider) = (url_of(pool), provider().await);
        let here = Server::start(&url, provider, &[]).await;
        let there = Server::start(&url, provider, &[]).await;
        let ada = Person::new(pool).await;
        let sent = ada.say(&here, STALLED).await;
        Self {
            here,
            there,
            ada,
            sent,
        }
    }

    async fn read(&self, browser: &Person) -> Reader {
        let mut reader = browser
            .follow(&self.here, &self.sent.generation, None)
            .await;
        reader.until(1).await;
        reader
    }

    async fn refuses(&self, browser: &Person) {
        for server in [&self.here, &self.there] {
            let again = browser
                .ask_to_follow(&server.url(""), &self.sent.generation, Some(1))
                .await;
            assert_eq!(again.expect("an answer").status(), 401);
        }
    }
}

/// Fails unless the stream ends within a second, and not because the answer did.
async fn closes(reader: &mut Reader, since: Instant) {
    let end = timeout(Duration::from_secs(10), reader.rest()).await;
    end.expect("the stream closes");
    assert!(
        since.elapsed() < Duration::from_secs(1),
        "{:?}",
        since.elapsed()
    );
    assert_eq!(reader.page.status, None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn signing_out_closes_this_sessions_streams_in_another_process(pool: PgPool) {
    let _alone = alone().await;
    let case = Case::of(&pool).await;
    let phone = case.ada.other_browser(&pool).await;
    let (mut reader, mut on_phone) = (case.read(&case.ada).await, case.read(&phone).await);
    let begun = Instant::now();
    let out = case
        .ada
        .post(&case.there, "/api/fn/auth/sign_out", &[])
        .await;
    assert!(out.expect("an answer").status().is_success());
    closes(&mut reader, begun).await;
    case.refuses(&case.ada).await;
    let still = timeout(Duration::from_millis(300), on_phone.rest()).await;
    assert!(still.is_err(), "the phone's stream goes on");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_account_takes_its_streams_with_it(pool: PgPool) {
    let _alone = alone().await;
    let case = Case::of(&pool).await;
    let mut reader = case.read(&case.ada).await;
    let begun = Instant::now();
    sqlx::query("delete from users where id = $1")
        .bind(case.ada.id)
        .execute(&pool)
        .await
        .expect("deleted");
    closes(&mut reader, begun).await;
    case.refuses(&case.ada).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_lost_connection_to_the_database_hides_no_end_of_a_session(pool: PgPool) {
    let _alone = alone().await;
    let case = Case::of(&pool).await;
    let mut reader = case.read(&case.ada).await;
    // Nobody is told: the trigger does not fire, and then the listeners' connections break.
    sqlx::query("alter table sessions disable trigger sessions_ended")
        .execute(&pool)
        .await
        .expect("disabled");
    sqlx::query("delete from sessions where user_id = $1")
        .bind(case.ada.id)
        .execute(&pool)
        .await
        .expect("deleted");
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query ilike 'listen%'",
    )
    .execute(&pool)
    .await
    .expect("broken");
    let end = timeout(Duration::from_secs(10), reader.rest()).await;
    end.expect("the stream closes");
    assert_eq!(reader.page.status, None);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_password_closes_the_streams_of_other_browsers(pool: PgPool) {
    const OLD: &str = "violet kettle under nine moons";
    const NEW: &str = "amber ladder over seven suns";
    let _alone = alone().await;
    let case = Case::of(&pool).await;
    let bob = Client::builder()
        .cookie_store(true)
        .redirect(Policy::none())
        .build()
        .expect("a client");
    let post = async |server: &Server, action: &str, fields: &[(&str, &str)]| {
        let post = bob.post(server.url(action)).form(fields);
        let answer = post.header("accept", "application/json").send().await;
        let answer = answer.expect("an answer");
        assert!(
            answer.status().is_success(),
            "{action}: {}",
            answer.status()
        );
    };
    let fields = [("email", "bob@example.com"), ("password", OLD)];
    post(&case.here, "/api/fn/auth/sign_up", &fields).await;
    let id: kernel::id::Uuid =
        sqlx::query_scalar("select id from users where email = 'bob@example.com'")
            .fetch_one(&pool)
            .await
            .expect("bob");
    // The other browser has a session with the same data.
    let laptop = Person::of_session(&pool, id).await;
    let sent = laptop.say(&case.here, STALLED).await;
    let mut reader = laptop.follow(&case.here, &sent.generation, None).await;
    reader.until(1).await;
    let fields = [("current_password", OLD), ("new_password", NEW)];
    let change = post(&case.there, "/api/fn/auth/change_password", &fields);
    let (begun, ()) = (Instant::now(), change.await);
    // Hashing is most of the time that the change takes.
    let left = Instant::now();
    closes(&mut reader, left).await;
    let again = laptop
        .ask_to_follow(&case.here.url(""), &sent.generation, Some(1))
        .await;
    assert_eq!(
        again.expect("an answer").status(),
        401,
        "{:?}",
        begun.elapsed()
    );
    // The browser in which it was changed stays signed in.
    let page = bob.get(case.here.url("/settings")).send().await;
    assert_eq!(page.expect("an answer").status(), 200);
}
