//! A site's events without its pages, and a reader of topics.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chat::{
    Engine,
    events::{ConversationRenamed, ConversationStarted},
};
use kernel::{Clock, Db, UserId, id::Uuid};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
};
use server::{
    adapters::{install_tls, kafka::Kafka, openai::OpenAiClient},
    config::{Broker, Config, Env, OpenAi},
    consumers::{Consumers, Retry, from_broker},
    demo_model::{self, Options},
    events::envelope,
    relay::{self, Way},
};
use sqlx::{ConnectOptions, PgPool};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Whatever is waited for happens within this, on a busy machine.
pub const SOON: Duration = Duration::from_secs(60);

/// The real broker.
pub fn broker() -> String {
    std::env::var("KAFKA_TEST_BROKERS")
        .expect("KAFKA_TEST_BROKERS: run `scripts/kafka.sh start test` and take its `url test`")
}

/// A prefix that no other test has.
pub fn fresh_prefix() -> String {
    format!("test-{}", Clock::system().uuid())
}

/// The settings of a broker, as the environment would tell them.
pub fn settings(brokers: &str, prefix: &str, more: &[(&str, &str)]) -> Broker {
    let all = [
        ("DATABASE_URL", "postgres://localhost/none"),
        ("KAFKA_BROKERS", brokers),
        ("KAFKA_TOPIC_PREFIX", prefix),
    ];
    let all = [&all[..], more].concat();
    let find = |name: &str| all.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into());
    let config = Config::from_env(&Env::from_fn(find)).expect("a configuration");
    config.broker.expect("a broker")
}

/// What of a site handles events; ends when dropped.
pub struct Site {
    pub db: Db,
    pub consumers: Consumers,
    stop: CancellationToken,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Site {
    /// Consumers that try twice.
    pub async fn new(pool: PgPool) -> Self {
        install_tls();
        let options = Options {
            tokens_per_second: 10_000,
            first_token: Duration::ZERO,
            faults: true,
        };
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let (provider, _) = demo_model::spawn(local, options).await.expect("a port");
        let provider = OpenAi {
            api_key: "a-key".into(),
            base_url: format!("http://{provider}/v1"),
            models: Vec::new(),
            fallback: None,
        };
        let client = OpenAiClient::new(&provider, SOON).expect("a client");
        let db = Db::new(pool, Clock::system());
        let chat = Engine::new(db.clone(), Arc::new(client), String::new());
        let retry = Retry {
            attempts: 2,
            first: Duration::from_millis(10),
        };
        Self {
            db,
            consumers: Consumers {
                chat,
                welcome: payments::MicroUsd::ZERO,
                retry,
            },
            stop: CancellationToken::new(),
        }
    }

    /// Hands events to the consumers within the process.
    pub fn run_in_process(&self) {
        let way = Way::InProcess(self.consumers.clone());
        tokio::spawn(relay::run(self.db.clone(), way, self.stop.clone()));
    }

    /// Publishes events.
    pub fn publish(&self, kafka: &Kafka) {
        let way = Way::Broker(kafka.clone());
        tokio::spawn(relay::run(self.db.clone(), way, self.stop.clone()));
    }

    /// Publishes events, and takes them from there.
    pub fn run_with(&self, kafka: &Kafka) {
        self.publish(kafka);
        self.consume(kafka);
    }

    /// Takes events from the broker.
    pub fn consume(&self, kafka: &Kafka) {
        let (db, stop) = (self.db.clone(), self.stop.clone());
        let run = from_broker::run(db, kafka.clone(), self.consumers.clone(), stop);
        tokio::spawn(run);
    }

    /// A fact that nobody consumes.
    pub async fn rename(&self, conversation: Uuid) {
        let event = ConversationRenamed {
            conversation_id: conversation.into(),
            user_id: UserId(conversation),
        };
        let mut tx = self.db.begin().await.expect("a transaction");
        tx.record(&event).expect("recorded");
        tx.commit().await.expect("committed");
    }

    /// A fact that `chat.title` consumes; the conversation is not there, so that all of the effect
    /// is a row of the inbox.
    pub async fn start(&self, conversation: Uuid) {
        let event = ConversationStarted {
            conversation_id: conversation.into(),
            user_id: UserId(conversation),
        };
        let mut tx = self.db.begin().await.expect("a transaction");
        tx.record(&event).expect("recorded");
        tx.commit().await.expect("committed");
    }

    pub fn fresh_id(&self) -> Uuid {
        self.db.clock().uuid()
    }

    pub async fn count(&self, question: &str) -> i64 {
        sqlx::query_scalar(question)
            .fetch_one(self.db.pool())
            .await
            .expect("a number")
    }

    /// Waits until a question has this answer.
    pub async fn until(&self, question: &str, wanted: i64) {
        let answered = timeout(SOON, async {
            while self.count(question).await != wanted {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        if answered.await.is_err() {
            panic!(
                "{question}: {} instead of {wanted}",
                self.count(question).await
            );
        }
    }

    /// The address of the database.
    pub fn url(&self) -> String {
        self.db.pool().connect_options().to_url_lossy().to_string()
    }
}

/// All events that a topic holds, in the order of each partition: the aggregate and the id.
pub fn read_all(brokers: &str, topic: &str) -> Vec<(Uuid, Uuid)> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "reader")
        .set("enable.auto.commit", "false")
        .create()
        .expect("a reader");
    let metadata = consumer
        .fetch_metadata(Some(topic), SOON)
        .expect("its partitions");
    let partitions = metadata.topics()[0].partitions();
    let mut events = Vec::new();
    for partition in partitions {
        let (first, next) = consumer
            .fetch_watermarks(topic, partition.id(), SOON)
            .expect("its ends");
        if first == next {
            continue;
        }
        let mut from = TopicPartitionList::new();
        from.add_partition_offset(topic, partition.id(), Offset::Beginning)
            .expect("a position");
        consumer.assign(&from).expect("assigned");
        loop {
            let message = consumer.poll(SOON).expect("in time").expect("a message");
            let event = envelope::read(&message).expect("an event");
            let key = message.key().expect("a key");
            assert_eq!(key, event.aggregate_id.to_string().as_bytes());
            events.push((event.aggregate_id, event.id));
            if message.offset() + 1 >= next {
                break;
            }
        }
    }
    events
}
