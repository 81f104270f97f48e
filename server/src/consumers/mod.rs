//! Which command runs on which event. A consumer notes the event in the inbox in the transaction
//! of its effect, so an event that comes twice takes effect once.

use chat::{
    Engine,
    events::{ConversationStarted, GenerationFinished},
};
use kernel::{Event, Recorded};

/// What the consumers work with. Cheap to clone.
#[derive(Clone)]
pub struct Consumers {
    /// Chat.
    pub chat: Engine,
}

/// Why a consumer failed: the event comes again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// In chat.
    #[error("chat: {0}")]
    Chat(#[from] chat::Error),
}

/// Hands an event to all that consume its kind.
pub async fn consume(site: &Consumers, event: &Recorded) -> Result<(), Error> {
    if event.kind == ConversationStarted::TYPE {
        chat::commands::title_conversation(&site.chat, event).await?;
    }
    if event.kind == GenerationFinished::TYPE {
        chat::commands::summarise_conversation(&site.chat, event).await?;
    }
    Ok(())
}
