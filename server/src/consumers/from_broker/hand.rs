//! What this process has taken from the broker, and how far it is with it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use kernel::{Db, id::Uuid};
use rdkafka::{
    Offset, TopicPartitionList,
    config::FromClientConfigAndContext,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::KafkaError,
};
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{Partition, Received, Taken, handle, progress::Progress, read};
use crate::{
    adapters::kafka::{Error, Kafka, Watch, let_go},
    consumers::{AWAY, Consumers},
    relay::measures,
};

/// Events being handled at once; those that wait for another try do not count.
const AT_ONCE: usize = 16;
/// With so many in hand nothing more is taken ...
const ENOUGH: usize = 1_000;
/// ... until there are only so many.
const FEW: usize = 500;

/// What this process has in hand, and its membership of the group.
pub(super) struct Hand {
    consumer: StreamConsumer<Watch>,
    watch: Watch,
    db: Db,
    site: Consumers,
    slots: Arc<Semaphore>,
    /// Of each aggregate that has an event under way, what waits behind it.
    waiting: HashMap<Uuid, VecDeque<Taken>>,
    under_way: JoinSet<Taken>,
    progress: HashMap<Partition, Progress>,
    held: usize,
    paused: bool,
}

impl Hand {
    pub(super) fn new(db: &Db, kafka: &Kafka, site: &Consumers) -> Result<Self, Error> {
        let mut config = kafka.client();
        config
            .set("group.id", kafka.group())
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", "1000")
            .set("enable.auto.offset.store", "false")
            .set("partition.assignment.strategy", "cooperative-sticky")
            // After a kill others take over within this.
            .set("session.timeout.ms", "10000")
            .set("heartbeat.interval.ms", "2000")
            // How far it is behind, for `Watch`.
            .set("statistics.interval.ms", "15000")
            // Little is held in memory: the broker has it.
            .set("queued.min.messages", "1000")
            .set("queued.max.messages.kbytes", "4096");
        let watch = Watch::new(measures::CONSUMER_ERRORS);
        let consumer = StreamConsumer::from_config_and_context(&config, watch.clone())?;
        let topics = kafka.topics();
        let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
        consumer.subscribe(&topics)?;
        Ok(Self {
            consumer,
            watch,
            db: db.clone(),
            site: site.clone(),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: HashMap::new(),
            under_way: JoinSet::new(),
            progress: HashMap::new(),
            held: 0,
            paused: false,
        })
    }

    /// Consumes until the token is cancelled.
    pub(super) async fn consume(&mut self, stop: &CancellationToken) -> Result<(), Error> {
        enum Next {
            Received(Received),
            Finished(Taken),
        }
        loop {
            let next = tokio::select! {
                message = self.consumer.recv() => Next::Received(read(message)?),
                Some(done) = self.under_way.join_next() => {
                    // Work is caught where it panics: this is ours.
                    Next::Finished(done.map_err(|_| KafkaError::Canceled)?)
                }
                () = stop.cancelled() => return Ok(()),
            };
            match next {
                Next::Received(Received::Event(taken)) => {
                    self.watch.well();
                    self.take(taken);
                }
                Next::Received(Received::Foreign(partition, offset)) => {
                    let progress = self.progress.entry(partition.clone()).or_default();
                    progress.take(offset);
                    self.finish(&partition, offset);
                }
                Next::Received(Received::Nothing) => {}
                Next::Finished(taken) => self.finished(&taken),
            }
            self.pause_or_resume()?;
        }
    }

    fn take(&mut self, taken: Taken) {
        self.held += 1;
        let progress = self.progress.entry(taken.partition.clone()).or_default();
        progress.take(taken.offset);
        match self.waiting.get_mut(&taken.event.aggregate_id) {
            Some(behind) => behind.push_back(taken),
            None => {
                self.waiting
                    .insert(taken.event.aggregate_id, VecDeque::new());
                self.begin(taken);
            }
        }
    }

    fn begin(&mut self, taken: Taken) {
        let (db, site, slots) = (self.db.clone(), self.site.clone(), self.slots.clone());
        self.under_way.spawn(async move {
            handle(&db, &site, &slots, &taken.event).await;
            taken
        });
    }

    fn finished(&mut self, taken: &Taken) {
        self.held -= 1;
        let aggregate = taken.event.aggregate_id;
        let next = self
            .waiting
            .get_mut(&aggregate)
            .and_then(VecDeque::pop_front);
        match next {
            Some(next) => self.begin(next),
            None => {
                self.waiting.remove(&aggregate);
            }
        }
        self.finish(&taken.partition, taken.offset);
    }

    fn finish(&mut self, partition: &Partition, offset: i64) {
        let progress = self.progress.get_mut(partition);
        let Some(next) = progress.and_then(|progress| progress.finish(offset)) else {
            return;
        };
        let mut position = TopicPartitionList::new();
        let stored = position
            .add_partition_offset(&partition.0, partition.1, Offset::Offset(next))
            .and_then(|()| self.consumer.store_offsets(&position));
        if let Err(error) = stored {
            // The partition is another process's by now, which begins where we left off.
            tracing::debug!(%error, "a position was not stored");
        }
    }

    /// Takes no more while there is enough in hand, without leaving the group.
    fn pause_or_resume(&mut self) -> Result<(), Error> {
        if self.held >= ENOUGH && !self.paused {
            self.consumer.pause(&self.consumer.assignment()?)?;
            self.paused = true;
        } else if self.held <= FEW && self.paused {
            self.consumer.resume(&self.consumer.assignment()?)?;
            self.paused = false;
        }
        Ok(())
    }

    /// Leaves the group, so that others need not wait for it to be noticed.
    pub(super) async fn let_go(self) {
        if let Err(error) = self.consumer.commit_consumer_state(CommitMode::Async) {
            tracing::debug!(%error, "positions were not committed");
        }
        let _ = timeout(AWAY, let_go(self.consumer)).await;
    }
}
