//! A broker as in production: TLS, and a name with a password.

use server::adapters::kafka::Kafka;
use sqlx::PgPool;

use crate::support::{Site, fresh_prefix, settings};

/// Where the listener is, and what it wants; `None` for an engine that has none (Redpanda's container here).
struct Private {
    address: String,
    password: String,
    certificate: String,
}

fn private() -> Option<Private> {
    let folder = std::env::var("KAFKA_TEST_PRIVATE")
        .expect("KAFKA_TEST_PRIVATE: what `scripts/kafka.sh private test` prints");
    if folder.is_empty() {
        return None;
    }
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("{folder}/{name}")).expect("a file");
        text.trim().to_owned()
    };
    Some(Private {
        address: format!("127.0.0.1:{}", read("private-port")),
        password: read("password"),
        certificate: format!("{folder}/certificate.pem"),
    })
}

/// The site's settings for it, with this password, trusting these certificates.
fn kafka(listener: &Private, prefix: &str, password: &str, ca: Option<&str>) -> Kafka {
    let mut more = vec![
        ("KAFKA_SECURITY_PROTOCOL", "sasl_ssl"),
        ("KAFKA_USERNAME", "parlance"),
        ("KAFKA_PASSWORD", password),
        ("KAFKA_REPLICATION", "1"),
    ];
    more.extend(ca.map(|file| ("KAFKA_CA_FILE", file)));
    Kafka::new(settings(&listener.address, prefix, &more), 7)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn events_go_through_a_broker_that_wants_tls_and_a_login(pool: PgPool) {
    let Some(listener) = private() else { return };
    let prefix = fresh_prefix();
    let right = kafka(
        &listener,
        &prefix,
        &listener.password,
        Some(&listener.certificate),
    );
    let site = Site::new(pool).await;
    site.run_with(&right);
    site.start(site.fresh_id()).await;
    site.until("select count(*) from inbox", 1).await;
    let mut history = right.history("chat").await.expect("the topic");
    let read = history.next().await.expect("an answer").expect("an event");
    assert_eq!(read.kind, "parlance.chat.conversation_started.v1");

    let wrong_password = kafka(&listener, &prefix, "not this", Some(&listener.certificate));
    let unknown_authority = kafka(&listener, &prefix, &listener.password, None);
    let (a, b) = tokio::join!(
        wrong_password.history("chat"),
        unknown_authority.history("chat")
    );
    assert!(
        a.is_err() && b.is_err(),
        "nobody else is let in, and nobody else is trusted"
    );
}
