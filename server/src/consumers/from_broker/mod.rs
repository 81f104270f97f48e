//! From the broker to the consumers, as one member of the site's consumer group.
//!
//! Events of one aggregate are handled in order, those of different aggregates side by side. A
//! position is committed when everything before it has been handled: after a crash some events come
//! again, and the inbox knows them. It is never committed before, so none is lost.

mod hand;
mod progress;

use kernel::{Db, Recorded};
use metrics::counter;
use rdkafka::{Message, error::KafkaError, message::BorrowedMessage};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{AWAY, Consumers, Outcome, attempt};
use crate::{
    adapters::kafka::{Error, Kafka},
    events::envelope,
    relay::measures,
};
use hand::Hand;

/// Consumes until the token is cancelled.
pub async fn run(db: Db, kafka: Kafka, site: Consumers, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let consuming = async {
            kafka.ensure_topics().await?;
            let mut hand = Hand::new(&db, &kafka, &site)?;
            let ended = hand.consume(&stop).await;
            hand.let_go().await;
            ended
        };
        tokio::select! {
            ended = consuming => if let Err(error) = ended {
                counter!(measures::CONSUMER_ERRORS).increment(1);
                tracing::warn!(%error, "events cannot be consumed; trying again");
            },
            // Before there is anything in hand; `consume` hears it, too.
            () = async { stop.cancelled().await; tokio::time::sleep(AWAY).await } => return,
        }
        tokio::select! {
            () = tokio::time::sleep(AWAY) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Where a message stands.
type Partition = (String, i32);

/// An event in hand, and where it came from.
struct Taken {
    event: Recorded,
    partition: Partition,
    offset: i64,
}

/// What was received.
enum Received {
    Event(Taken),
    /// A message that is no event of ours: nothing to do but to go on behind it.
    Foreign(Partition, i64),
    Nothing,
}

fn read(message: Result<BorrowedMessage<'_>, KafkaError>) -> Result<Received, Error> {
    let message = match message {
        Ok(message) => message,
        // Told by `Watch`, and gone over by librdkafka.
        Err(KafkaError::MessageConsumption(error)) => {
            tracing::debug!(%error, "no message");
            return Ok(Received::Nothing);
        }
        Err(error) => return Err(error.into()),
    };
    let (partition, offset) = (
        (message.topic().to_owned(), message.partition()),
        message.offset(),
    );
    match envelope::read(&message) {
        Ok(event) => Ok(Received::Event(Taken {
            event,
            partition,
            offset,
        })),
        Err(error) => {
            counter!(measures::UNREADABLE).increment(1);
            let (topic, number) = &partition;
            tracing::error!(%error, topic, partition = number, offset, "a message is passed over");
            Ok(Received::Foreign(partition, offset))
        }
    }
}

/// Tries until the event has been handled or put aside.
async fn handle(db: &Db, site: &Consumers, slots: &Semaphore, event: &Recorded) {
    let mut failures = 0;
    loop {
        let outcome = {
            let _slot = slots.acquire().await;
            attempt(db, site, event, failures).await
        };
        match outcome {
            Ok(Outcome::Done) => return,
            Ok(Outcome::Again { after, .. }) => {
                failures += 1;
                tokio::time::sleep(after).await;
            }
            Err(error) => {
                tracing::warn!(%error, event = %event.id, "the database is away; the event waits");
                tokio::time::sleep(AWAY).await;
            }
        }
    }
}
