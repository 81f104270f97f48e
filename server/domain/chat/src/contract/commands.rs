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
    /// The message that this one follows, as the sender sees the conversation; `None` for the one
    /// that is shown last. Two devices that answer the same message make siblings. An answer that
    /// is being written cannot be followed yet.
    pub parent_id: Option<MessageId>,
    /// `None` keeps the conversation's model, or takes the default.
    pub model_id: Option<ModelId>,
    /// What is said.
    pub body: MessageBody,
}

/// Say something else in the place of an earlier message of one's own. The earlier one stays, as a
/// sibling.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditMessage {
    /// The new message's id, chosen by the sender: the same id again is the same message.
    pub message_id: MessageId,
    /// The message in whose place it is said.
    pub edited_id: MessageId,
    /// `None` keeps the conversation's model.
    pub model_id: Option<ModelId>,
    /// What is said.
    pub body: MessageBody,
}

/// Have the same message answered once more. The earlier answer stays, as a sibling.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RegenerateAnswer {
    /// The new answer's id, chosen by the sender: the same id again is the same answer.
    pub answer_id: MessageId,
    /// The answer in whose place the new one is written.
    pub original_id: MessageId,
    /// `None` keeps the conversation's model.
    pub model_id: Option<ModelId>,
}

/// Have an answer that ended too early carried on: the new one begins with the text of the old
/// one, which stays, as a sibling.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ContinueAnswer {
    /// The new answer's id, chosen by the sender: the same id again is the same answer.
    pub answer_id: MessageId,
    /// The answer to carry on.
    pub original_id: MessageId,
    /// `None` keeps the conversation's model.
    pub model_id: Option<ModelId>,
}

/// Show the branch that a message is on, as it was last shown. Remembered for the conversation.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ShowBranch {
    /// A message of the branch: one of several siblings.
    pub message_id: MessageId,
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
