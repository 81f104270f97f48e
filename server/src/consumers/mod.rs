//! Which command runs on which event. A consumer notes the event in the inbox in the transaction
//! of its effect, so an event that comes twice takes effect once.

mod attempt;
pub mod from_broker;
mod low_balance;
pub mod rebuild;
pub mod replay;

use std::time::Duration;

use chat::{
    Engine,
    commands::{TELL_OF_USAGE, USAGE},
    events::{ConversationStarted, GenerationFinished},
};
use futures::future::BoxFuture;
use kernel::{Actor, Event, Internal, Recorded};
use payments::{Grant, IdempotencyKey, MicroUsd, commands::grant, events::Captured};
use users::events::UserRegistered;

pub use attempt::{AWAY, Outcome, attempt};

/// What the consumers work with. Cheap to clone.
#[derive(Clone)]
pub struct Consumers {
    /// Chat.
    pub chat: Engine,
    /// What a new account is given.
    pub welcome: MicroUsd,
    /// How often and when they try again.
    pub retry: Retry,
}

/// How often and when a consumer that failed tries again.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// So often it tries in all; then the event is put aside as a dead letter.
    pub attempts: u32,
    /// So long it waits after the first failure; then twice as long each time.
    pub first: Duration,
}

impl Default for Retry {
    /// 8 times within about 2 minutes: a restart of what it needs is outlasted.
    fn default() -> Self {
        Self {
            attempts: 8,
            first: Duration::from_secs(1),
        }
    }
}

impl Retry {
    /// The wait after so many failures, at least one; `None` when it is given up.
    fn wait(&self, failures: u32) -> Option<Duration> {
        let doublings = failures.saturating_sub(1).min(16);
        (failures < self.attempts).then(|| self.first * 2_u32.pow(doublings))
    }
}

/// Why a consumer failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// In chat.
    #[error(transparent)]
    Chat(#[from] chat::Error),
    /// In payments.
    #[error(transparent)]
    Payments(#[from] payments::Error),
}

impl Error {
    /// Whether only the database was away: that says nothing of the event.
    fn is_unavailable(&self) -> bool {
        match self {
            Self::Chat(chat::Error::Internal(cause)) => cause.is_unavailable(),
            Self::Payments(payments::Error::Internal(cause)) => cause.is_unavailable(),
            Self::Chat(_) | Self::Payments(_) => false,
        }
    }
}

type Work = for<'a> fn(&'a Consumers, &'a Recorded) -> BoxFuture<'a, Result<(), Error>>;

/// A consumer: a command that runs on one kind of event.
pub struct Consumer {
    /// Its name, as in the inbox.
    pub name: &'static str,
    /// The kind of event.
    pub kind: &'static str,
    work: Work,
}

/// All of them. The events of one aggregate come to each in the order of the facts.
pub const ALL: [Consumer; 7] = [
    Consumer {
        name: "chat.title",
        kind: ConversationStarted::TYPE,
        work: |site, event| {
            Box::pin(async { Ok(chat::commands::title_conversation(&site.chat, event).await?) })
        },
    },
    Consumer {
        name: "chat.summary",
        kind: GenerationFinished::TYPE,
        work: |site, event| {
            Box::pin(async { Ok(chat::commands::summarise_conversation(&site.chat, event).await?) })
        },
    },
    Consumer {
        name: "payments.welcome",
        kind: UserRegistered::TYPE,
        work: |site, event| Box::pin(welcome(site, event)),
    },
    Consumer {
        name: low_balance::NAME,
        kind: Captured::TYPE,
        work: |site, event| Box::pin(low_balance::tell(site, event)),
    },
    usage(TELL_OF_USAGE[0]),
    usage(TELL_OF_USAGE[1]),
    usage(TELL_OF_USAGE[2]),
];

/// Gives a new account its first credit: once, by the key.
async fn welcome(site: &Consumers, event: &Recorded) -> Result<(), Error> {
    let registered = event
        .decode::<UserRegistered>()
        .map_err(payments::Error::from)?;
    let Some(UserRegistered { user_id }) = registered.filter(|_| site.welcome.is_positive()) else {
        return Ok(());
    };
    let command = Grant {
        user: user_id,
        credit: site.welcome,
        expires_at: None,
        key: IdempotencyKey::parse("welcome")
            .map_err(Internal::new)
            .map_err(payments::Error::from)?,
    };
    match grant(site.chat.db(), Actor::System, command).await {
        // The account is gone, or the setting was another one when it was given.
        Ok(_) | Err(payments::Error::NotFound | payments::Error::Conflict) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

const fn usage(kind: &'static str) -> Consumer {
    Consumer {
        name: USAGE,
        kind,
        work: |site, event| {
            Box::pin(async { Ok(chat::commands::roll_up_usage(site.chat.db(), event).await?) })
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_wait_doubles_until_it_is_given_up() {
        let waits: Vec<_> = (1..=8).map(|n| Retry::default().wait(n)).collect();
        let seconds = [1, 2, 4, 8, 16, 32, 64].map(|s| Some(Duration::from_secs(s)));
        assert_eq!(waits[..7], seconds);
        assert_eq!(waits[7], None);
    }

    #[test]
    fn no_consumer_gets_an_event_twice() {
        let all: HashSet<_> = ALL.iter().map(|c| (c.name, c.kind)).collect();
        assert_eq!(all.len(), ALL.len());
    }
}
