//! `server events`.

use anyhow::bail;
use kernel::{Clock, Db, dead_letters, id::Uuid};

use crate::{
    adapters::kafka::Kafka,
    config::Config,
    consumers::{
        Consumers, Retry,
        rebuild::{Projection, rebuild},
        replay::{Replayed, replay},
    },
    database::{self, Standing},
    startup,
};

/// Dead letters read at once; the rest comes with the next call.
const AT_MOST: i64 = 10_000;

/// Which dead letters.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Which {
    /// Only of this consumer, such as chat.title.
    #[arg(long)]
    consumer: Option<String>,
    /// Only of this event.
    #[arg(long)]
    event: Option<Uuid>,
}

pub(super) async fn open(config: &Config) -> anyhow::Result<Db> {
    let pool = database::pool(&config.database);
    let standing = database::standing(&pool).await;
    if standing != Standing::Current {
        bail!("{}", standing.explain());
    }
    Ok(Db::new(pool, Clock::system()))
}

async fn find(
    config: &Config,
    which: &Which,
) -> anyhow::Result<(Db, Vec<dead_letters::DeadLetter>)> {
    let db = open(config).await?;
    let mut letters = dead_letters::list(&db, which.consumer.as_deref(), AT_MOST).await?;
    if let Some(event) = which.event {
        letters.retain(|letter| letter.event.id == event);
    }
    Ok((db, letters))
}

/// Lists dead letters, a line each.
pub(crate) async fn list(config: Config, which: Which) -> anyhow::Result<()> {
    let (_, letters) = find(&config, &which).await?;
    for letter in &letters {
        let (event, attempts) = (&letter.event, letter.attempts);
        println!(
            "{}  {}  {}  tried {attempts} times: {}",
            event.id, letter.consumer, event.kind, letter.error
        );
    }
    println!("{} dead letters", letters.len());
    Ok(())
}

/// Hands dead letters to their consumers once more, in the order of the facts. Fails when one is
/// left.
pub(crate) async fn replay_all(config: Config, which: Which) -> anyhow::Result<()> {
    let (db, letters) = find(&config, &which).await?;
    let (chat, _) = startup::engine(&config, &db).await?;
    let site = Consumers {
        chat,
        welcome: config.prices.welcome,
        retry: Retry::default(),
    };
    let mut left = 0;
    for letter in &letters {
        let (event, consumer) = (letter.event.id, &letter.consumer);
        match replay(&db, &site, letter).await? {
            Replayed::Handled => println!("{event}  {consumer}  handled"),
            Replayed::Failed(error) => {
                left += 1;
                println!("{event}  {consumer}  failed again: {error}");
            }
            Replayed::NoConsumer => {
                left += 1;
                println!("{event}  {consumer}  has no such consumer any more");
            }
        }
    }
    if left > 0 {
        bail!("{left} of {} dead letters are left", letters.len());
    }
    println!("{} dead letters replayed", letters.len());
    Ok(())
}

/// Makes a read model anew, while the site goes on.
pub(crate) async fn rebuild_one(config: Config, projection: Projection) -> anyhow::Result<()> {
    let Some(broker) = config.broker.clone() else {
        bail!("KAFKA_BROKERS is not set: without a broker no events are kept to rebuild from");
    };
    let db = open(&config).await?;
    let kafka = Kafka::new(broker, config.event_retention_days);
    let events = rebuild(&db, &kafka, projection).await?;
    println!("{events} events read; the read model is current");
    Ok(())
}
