//! What others see of an event, read by kcat, which shares no code with us.

use std::time::Duration;

use chat::events::GenerationFinished;
use kernel::{Event, UserId};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, ResourceSpecifier},
    client::DefaultClientContext,
};
use serde_json::{Value, json};
use server::adapters::kafka::Kafka;
use sqlx::PgPool;
use tokio::process::Command;

use crate::support::{SOON, Site, broker, fresh_prefix, settings};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn kcat_reads_an_event_as_a_cloud_event(pool: PgPool) {
    let (site, prefix) = (Site::new(pool.clone()).await, fresh_prefix());
    let kafka = Kafka::new(settings(&broker(), &prefix, &[]), 7);
    let conversation = site.fresh_id();
    let event = GenerationFinished {
        conversation_id: conversation.into(),
        user_id: UserId(site.fresh_id()),
        generation_id: site.fresh_id().into(),
        model_id: site.fresh_id().into(),
        outcome: chat::events::Outcome::Stopped,
        input_tokens: 7,
        output_tokens: 8,
        usage_estimated: true,
        cost: None,
    };
    let mut tx = site.db.begin().await.expect("a transaction");
    tx.record(&event).expect("recorded");
    tx.commit().await.expect("committed");
    let (id, at): (kernel::id::Uuid, time::OffsetDateTime) =
        sqlx::query_as("update outbox set traceparent = 'a-trace' returning id, occurred_at")
            .fetch_one(&pool)
            .await
            .expect("the event");
    site.publish(&kafka);
    site.until("select count(*) from outbox where published_at is null", 0)
        .await;
    let topic = format!("{prefix}.chat.events");
    let read = Command::new("kcat")
        .args(["-C", "-q", "-e", "-b", &broker(), "-t", &topic])
        .args(["-o", "beginning", "-J"])
        .output()
        .await
        .expect("kcat is installed");
    let said = String::from_utf8(read.stdout).expect("UTF-8");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines.len(),
        1,
        "{said}{}",
        String::from_utf8_lossy(&read.stderr)
    );
    let message: Value = serde_json::from_str(lines[0]).expect("JSON");
    let at = at
        .format(&time::format_description::well_known::Rfc3339)
        .expect("a time");
    assert_eq!(
        message["headers"],
        json!([
            "ce_specversion",
            "1.0",
            "ce_id",
            id,
            "ce_source",
            format!("/{prefix}"),
            "ce_type",
            GenerationFinished::TYPE,
            "ce_time",
            at,
            "ce_subject",
            conversation,
            "ce_traceparent",
            "a-trace",
            "content-type",
            "application/json",
        ])
    );
    assert_eq!(message["key"], json!(conversation));
    let payload = message["payload"].as_str().expect("a text");
    let payload: Value = serde_json::from_str(payload).expect("JSON");
    assert_eq!(payload, serde_json::to_value(&event).expect("JSON"));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn topics_are_created_as_configured_and_left_alone_afterwards(_pool: PgPool) {
    let prefix = fresh_prefix();
    let three = settings(&broker(), &prefix, &[("KAFKA_PARTITIONS", "3")]);
    let kafka = Kafka::new(three, 2);
    kafka.ensure_topics().await.expect("created");
    let nine = settings(&broker(), &prefix, &[("KAFKA_PARTITIONS", "9")]);
    Kafka::new(nine, 30).ensure_topics().await.expect("there");
    let admin: AdminClient<DefaultClientContext> = ClientConfig::new()
        .set("bootstrap.servers", broker())
        .create()
        .expect("a client");
    for topic in kafka.topics() {
        let metadata = admin.inner().fetch_metadata(Some(&topic), SOON);
        let metadata = metadata.expect("its metadata");
        assert_eq!(metadata.topics()[0].partitions().len(), 3, "{topic}");
        let options = AdminOptions::new().request_timeout(Some(Duration::from_secs(10)));
        let which = [ResourceSpecifier::Topic(&topic)];
        let described = admin.describe_configs(&which, &options);
        let described = described.await.expect("described").remove(0).expect("it");
        let value = |name: &str| described.get(name).and_then(|entry| entry.value.clone());
        assert_eq!(value("retention.ms").as_deref(), Some("172800000"));
        assert_eq!(value("cleanup.policy").as_deref(), Some("delete"));
    }
}

#[test]
fn a_managed_clusters_settings_are_what_the_client_was_built_with() {
    let secure = |protocol: &str, mechanism: &str, ca: &str| {
        let more = [
            ("KAFKA_SECURITY_PROTOCOL", protocol),
            ("KAFKA_SASL_MECHANISM", mechanism),
            ("KAFKA_USERNAME", "me"),
            ("KAFKA_PASSWORD", "a secret"),
            ("KAFKA_CA_FILE", ca),
        ];
        Kafka::new(settings("localhost:1", "test", &more), 7)
            .producer()
            .map(drop)
    };
    for mechanism in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] {
        secure("sasl_ssl", mechanism, "").expect("TLS and SASL are there");
    }
    secure("ssl", "PLAIN", "").expect("TLS is there");
    let refused = secure("ssl", "PLAIN", "/no/such/file.pem");
    assert!(refused.is_err(), "the file is read");
}
