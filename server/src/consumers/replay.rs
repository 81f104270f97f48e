//! Dead letters, once more.

use kernel::{
    Db,
    dead_letters::{self, DeadLetter},
};

use super::{ALL, Consumers, attempt::try_one};

/// What came of a dead letter.
#[derive(Debug, PartialEq, Eq)]
pub enum Replayed {
    /// It has been handled, or it had been all along.
    Handled,
    /// The consumer failed again, with this error.
    Failed(String),
    /// There is no consumer of this name any more.
    NoConsumer,
}

/// Hands a dead letter to its consumer once more. It is removed when that has worked; should that
/// fail, the inbox makes another replay harmless.
///
/// # Errors
/// When the database is away.
pub async fn replay(
    db: &Db,
    site: &Consumers,
    letter: &DeadLetter,
) -> Result<Replayed, sqlx::Error> {
    let named = |name: &str| ALL.iter().find(|consumer| consumer.name == name);
    let Some(consumer) = named(&letter.consumer) else {
        return Ok(Replayed::NoConsumer);
    };
    match try_one(db, site, consumer, &letter.event).await? {
        None => {
            dead_letters::remove(db, letter).await?;
            Ok(Replayed::Handled)
        }
        Some(error) => {
            dead_letters::bury(db, consumer.name, &letter.event, 1, &error).await?;
            Ok(Replayed::Failed(error))
        }
    }
}
