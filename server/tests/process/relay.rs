//! The relay without its broker, and without the process that it ran in.

use std::time::Duration;

use sqlx::PgPool;
use tokio::{
    process::Command,
    time::{Instant, sleep, timeout},
};

use crate::{
    alone,
    events::{caught_up, check_effects, kafka},
    people::Person,
    servers::{QUIET, Server, provider, url_of},
    topics,
};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_its_broker_the_site_works_and_says_how_much_waits(pool: PgPool) {
    let _alone = alone().await;
    let (url, provider, prefix) = (url_of(&pool), provider().await, topics::fresh_prefix());
    let brokers = topics::broker();
    let management = topics::free_address();
    let settings = [
        ("RUST_LOG", QUIET),
        ("KAFKA_BROKERS", brokers.as_str()),
        ("KAFKA_TOPIC_PREFIX", &prefix),
        ("MANAGEMENT_ADDR", &management),
    ];
    kafka("kill").await;
    let server = Server::start(&url, provider, &settings).await;
    let ada = Person::new(&pool).await;
    let sent = ada.say(&server, "[[say: I am here.]]").await;
    let mut reader = ada.follow(&server, &sent.generation, None).await;
    reader.rest().await;
    assert_eq!(reader.page.status.as_deref(), Some("complete"));
    assert!(server.is_ready().await);
    let metric = |name: &'static str| {
        let at = format!("http://{management}/metrics");
        async move {
            let text = reqwest::get(at).await.expect("an answer").text().await;
            let text = text.expect("a text");
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim().parse::<f64>().ok())
                .unwrap_or_else(|| panic!("no {name} in {text}"))
        }
    };
    let alarmed = timeout(Duration::from_secs(60), async {
        while metric("parlance_outbox_pending").await < 2.0
            || metric("parlance_outbox_oldest_age_seconds").await <= 0.0
            || metric("parlance_relay_errors_total").await <= 0.0
        {
            sleep(Duration::from_millis(200)).await;
        }
    });
    alarmed.await.expect("the metrics rise");
    kafka("resume").await;
    caught_up(&pool, &server).await;
    let calm = timeout(Duration::from_secs(60), async {
        while metric("parlance_outbox_pending").await > 0.0 {
            sleep(Duration::from_millis(200)).await;
        }
    });
    calm.await.expect("the metric falls");
    check_effects(&pool).await;
    topics::check(&pool, &brokers, &prefix).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_process_that_hangs_or_dies_loses_the_relay_within_ten_seconds(pool: PgPool) {
    let _alone = alone().await;
    let (url, provider) = (url_of(&pool), provider().await);
    let mut first = Server::start(&url, provider, &[("RUST_LOG", QUIET)]).await;
    let ada = Person::new(&pool).await;
    ada.say(&first, "[[say: Yes.]]").await;
    caught_up(&pool, &first).await;
    // The first is at work; now it does not even notice that it is not any more.
    let second = Server::start(&url, provider, &[("RUST_LOG", QUIET)]).await;
    let id = first.id().to_string();
    let stopped = Command::new("kill").args(["-STOP", &id]).status().await;
    assert!(stopped.expect("kill runs").success());
    let begun = Instant::now();
    ada.say(&second, "[[say: Yes.]]").await;
    caught_up(&pool, &second).await;
    println!(
        "taken over from a process that hangs after {:?}",
        begun.elapsed()
    );
    assert!(
        begun.elapsed() < Duration::from_secs(11),
        "{:?}",
        begun.elapsed()
    );
    first.kill().await;
    let mut second = second;
    let third = Server::start(&url, provider, &[("RUST_LOG", QUIET)]).await;
    second.kill().await;
    let begun = Instant::now();
    ada.say(&third, "[[say: Yes.]]").await;
    caught_up(&pool, &third).await;
    println!("taken over from one that died after {:?}", begun.elapsed());
    assert!(
        begun.elapsed() < Duration::from_secs(11),
        "{:?}",
        begun.elapsed()
    );
}
