//! What is measured: a module a line, or a few lines that one load tells.

mod events;
mod first_token;
mod idle_readers;
mod ledger;
mod live_streams;
mod long_conversation;
mod observation;
mod pages;
mod sign_ins;
mod token_delay;
mod webhooks;

use clap::ValueEnum;

use crate::{row::Row, stage::Stage};

/// A line of the table, by the name that `--only` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Line {
    /// Form post to first token, 30 people.
    FirstToken,
    /// The same with 100 people.
    #[value(name = "first-token-100")]
    FirstToken100,
    /// The same with 300 people.
    #[value(name = "first-token-300")]
    FirstToken300,
    /// Delay a token, and processor time a token, 30 streams.
    TokenDelay,
    /// What logs, metrics and traces cost, 30 streams.
    Observation,
    /// 1,000 streams at once.
    LiveStreams,
    /// Memory of 10,000 readers of a silent stream.
    IdleReaders,
    /// Opening a conversation of 10,000 messages.
    LongConversation,
    /// Pages a second on one core.
    Pages,
    /// First tokens while people sign in.
    SignIns,
    /// Events by the broker: from a commit to a consumer's effect, and how many a second.
    Events,
    /// A burst of the payment provider's webhooks.
    Webhooks,
    /// Balance, lines, holds and captures at ten million entries.
    Ledger,
}

impl Line {
    /// All, in the order of the table.
    pub fn all() -> &'static [Self] {
        Self::value_variants()
    }

    /// Its name on the command line.
    pub fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Measures it.
    pub async fn measure(self, stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
        match self {
            Self::FirstToken => first_token::measure(stage, 30).await,
            Self::FirstToken100 => first_token::measure(stage, 100).await,
            Self::FirstToken300 => first_token::measure(stage, 300).await,
            Self::TokenDelay => token_delay::measure(stage).await,
            Self::Observation => observation::measure(stage).await,
            Self::LiveStreams => live_streams::measure(stage).await,
            Self::IdleReaders => idle_readers::measure(stage).await,
            Self::LongConversation => long_conversation::measure(stage).await,
            Self::Pages => pages::measure(stage).await,
            Self::SignIns => sign_ins::measure(stage).await,
            Self::Events => events::measure(stage).await,
            Self::Webhooks => webhooks::measure(stage).await,
            Self::Ledger => ledger::measure(stage).await,
        }
    }
}
