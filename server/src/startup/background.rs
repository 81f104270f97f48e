//! What runs apart from requests.

use chat::Engine;
use kernel::{Db, keep_going, signals};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    adapters::kafka::Kafka,
    config::Config,
    consumers::{Consumers, Retry, from_broker},
    housekeeping,
    http::open_streams::OpenStreams,
    jobs::{self, Workers},
    relay,
};

/// The tasks, and what ends them.
pub(super) struct Background {
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Background {
    pub(super) fn new() -> Self {
        Self {
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// Begins with events, jobs, what is left behind, and what other processes have to say.
    pub(super) fn run(
        &self,
        config: &Config,
        workers: Workers,
        chat: &Engine,
        streams: &OpenStreams,
    ) {
        let db = workers.db.clone();
        self.run_events(config, &db, chat);
        self.keep("jobs", move |stop| jobs::runner::run(workers.clone(), stop));
        let left = chat.clone();
        self.keep("housekeeping", move |stop| {
            housekeeping::run(left.clone(), stop)
        });
        let (on, chat, told) = (db.clone(), chat.clone(), streams.clone());
        self.keep("signals", move |stop| {
            listen(on.clone(), chat.clone(), told.clone(), stop)
        });
        let streams = streams.clone();
        self.keep("streams", move |stop| {
            let (db, streams) = (db.clone(), streams.clone());
            async move { streams.look_after(&db, stop).await }
        });
    }

    /// Events: out of the outbox, and to their consumers.
    fn run_events(&self, config: &Config, db: &Db, chat: &Engine) {
        let consumers = Consumers {
            chat: chat.clone(),
            welcome: config.prices.welcome,
            retry: Retry::default(),
        };
        let way = match &config.broker {
            None => relay::Way::InProcess(consumers),
            Some(broker) => {
                let kafka = Kafka::new(broker.clone(), config.event_retention_days);
                let (db, of_consumers) = (db.clone(), kafka.clone());
                self.keep("consumers", move |stop| {
                    from_broker::run(db.clone(), of_consumers.clone(), consumers.clone(), stop)
                });
                relay::Way::Broker(kafka)
            }
        };
        let relayed = db.clone();
        self.keep("relay", move |stop| {
            relay::run(relayed.clone(), way.clone(), stop)
        });
        if config.management.is_some() {
            let watched = db.clone();
            self.keep("backlog", move |stop| {
                relay::backlog::watch(watched.clone(), stop)
            });
        }
    }

    /// Runs a task until the site ends, whatever panics in it.
    fn keep<F>(&self, task: &'static str, begin: impl Fn(CancellationToken) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.clone();
        self.tasks
            .spawn(keep_going(task, move || begin(stop.clone())));
    }

    pub(super) async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Hands on what the processes of the same database signal.
async fn listen(db: Db, chat: Engine, streams: OpenStreams, stop: CancellationToken) {
    signals::listen(&db, stop, |heard| {
        chat.heard(&heard);
        streams.heard(&heard);
    })
    .await;
}
