//! A consumer that fails for good, the same with a broker and without.

use server::adapters::kafka::Kafka;
use sqlx::PgPool;
use tokio::process::Command;

use crate::support::{Site, broker, fresh_prefix, settings};

const LETTERS: &str = "select count(*) from dead_letters";
const HANDLED: &str = "select count(*) from inbox where consumer = 'chat.title'";

/// From now on the consumer's transaction cannot commit: its effect cannot be stored.
async fn break_the_consumer(pool: &PgPool) {
    let statements = "create function refuse() returns trigger language plpgsql
             as $$ begin raise exception 'the table is broken'; end $$;
         create trigger refuse before insert on inbox for each row execute function refuse();";
    sqlx::raw_sql(statements)
        .execute(pool)
        .await
        .expect("broken");
}

async fn mend_the_consumer(pool: &PgPool) {
    sqlx::raw_sql("drop trigger refuse on inbox")
        .execute(pool)
        .await
        .expect("mended");
}

/// The program, as an operator calls it.
async fn call(site: &Site, arguments: &[&str]) -> (bool, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_server"))
        .arg("events")
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("DATABASE_URL", site.url())
        .env("RUST_LOG", "off")
        .env_remove("OPENAI_API_KEY")
        .output()
        .await
        .expect("it runs");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let errors = String::from_utf8_lossy(&done.stderr).into_owned();
    (done.status.success(), said + &errors)
}

/// With the relay running: what fails is put aside and holds nothing up, and a replay mends it.
async fn is_put_aside_and_replayed(site: &Site, pool: &PgPool) {
    let (doomed, other) = (site.fresh_id(), site.fresh_id());
    break_the_consumer(pool).await;
    site.start(doomed).await;
    // Behind it, of the same aggregate: not held up for ever.
    site.rename(doomed).await;
    site.until(LETTERS, 1).await;
    let (attempts, error): (i32, String) =
        sqlx::query_as("select attempts, error from dead_letters")
            .fetch_one(pool)
            .await
            .expect("a letter");
    assert_eq!(attempts, 2);
    assert!(error.contains("the table is broken"), "{error}");
    site.until("select count(*) from outbox where published_at is null", 0)
        .await;

    // While it is broken a replay fails and says so; the letter stays.
    let (worked, said) = call(site, &["replay"]).await;
    assert!(
        !worked && said.contains("1 of 1 dead letters are left"),
        "{said}"
    );
    assert_eq!(
        site.count("select attempts::bigint from dead_letters")
            .await,
        3
    );

    mend_the_consumer(pool).await;
    site.start(other).await;
    site.until(HANDLED, 1).await;
    let (worked, said) = call(site, &["dead-letters"]).await;
    assert!(
        worked && said.contains("chat.title") && said.contains("1 dead letters"),
        "{said}"
    );
    assert!(said.contains("tried 3 times"), "{said}");
    let (worked, said) = call(site, &["replay", "--consumer", "chat.summary"]).await;
    assert!(worked && said.contains("0 dead letters replayed"), "{said}");
    let (worked, said) = call(site, &["replay"]).await;
    assert!(worked && said.contains("1 dead letters replayed"), "{said}");
    assert_eq!(
        (site.count(LETTERS).await, site.count(HANDLED).await),
        (0, 2)
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_a_broker_a_consumer_that_fails_for_good_holds_nothing_up(pool: PgPool) {
    let site = Site::new(pool.clone()).await;
    site.run_in_process();
    is_put_aside_and_replayed(&site, &pool).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn with_a_broker_a_consumer_that_fails_for_good_holds_nothing_up(pool: PgPool) {
    let site = Site::new(pool.clone()).await;
    site.run_with(&Kafka::new(settings(&broker(), &fresh_prefix(), &[]), 7));
    is_put_aside_and_replayed(&site, &pool).await;
}
