//! What people ask of chat. Each has its handler in `commands`.

use serde::{Deserialize, Serialize};

use super::{ConversationId, GenerationId, MessageBody, MessageId, ModelId, Title};

/// Say something: in a conversation, or to begin one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendMessage {
    /// Chosen by the sender: the same id again is the same message.
    pub message_id: MessageId,
    /// `None` begins a conversation.
    pub conversation_id: Option<ConversationId>,
    /// `None` keeps the conversation's model, or takes the default.
    pub model_id: Option<ModelId>,
    /// What is said.
    pub body: MessageBody,
}

/// End the run of an answer, keeping what has arrived.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StopGeneration {
    /// Which.
    pub generation_id: GenerationId,
}

/// Give a conversation a title of one's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenameConversation {
    /// Which.
    pub conversation_id: ConversationId,
    /// The new title.
    pub title: Title,
}

/// Take a conversation out of the list; [`RestoreConversation`] undoes it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct DeleteConversation {
    /// Which.
    pub conversation_id: ConversationId,
}

/// Undo [`DeleteConversation`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RestoreConversation {
    /// Which.
    pub conversation_id: ConversationId,
}
