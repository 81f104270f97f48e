//! The public facts of chat. Ids and numbers only: no text that people or models wrote.
//! The aggregate of all of them is the conversation.

use kernel::id::Uuid;
use kernel::{Event, UserId, event::Described};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ConversationId, GenerationId, MessageId, ModelId};

/// Every event of this domain.
pub const ALL: &[Described] = &[
    Described::of::<ConversationStarted>(),
    Described::of::<MessageSent>(),
    Described::of::<AnswerRequested>(),
    Described::of::<GenerationFinished>(),
    Described::of::<ConversationTitled>(),
    Described::of::<ConversationSummarised>(),
    Described::of::<ConversationRenamed>(),
    Described::of::<ConversationDeleted>(),
    Described::of::<ConversationRestored>(),
];

macro_rules! event {
    ($(#[$doc:meta])* $name:ident = $kind:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// Where.
            pub conversation_id: ConversationId,
            /// Whose conversation it is.
            pub user_id: UserId,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Event for $name {
            const TYPE: &'static str = $kind;

            fn aggregate_id(&self) -> Uuid {
                self.conversation_id.0
            }
        }
    };
}

event! {
    /// A person began a conversation.
    ConversationStarted = "parlance.chat.conversation_started.v1" {}
}
event! {
    /// A person said something, and a model began to answer.
    MessageSent = "parlance.chat.message_sent.v1" {
        /// The person's message.
        message_id: MessageId,
        /// The run that answers it.
        generation_id: GenerationId,
        /// The model that answers.
        model_id: ModelId,
        /// Characters of the message.
        chars: u64,
        /// The message in whose place it was said.
        edited_id: Option<MessageId>,
    }
}
event! {
    /// A person had a message answered once more, or an answer carried on.
    AnswerRequested = "parlance.chat.answer_requested.v1" {
        /// The new answer.
        answer_id: MessageId,
        /// The answer in whose place it is written.
        original_id: MessageId,
        /// The run that writes it.
        generation_id: GenerationId,
        /// The model that answers.
        model_id: ModelId,
        /// Bytes of text taken over from the original; 0 when it is answered anew.
        continued_bytes: u64,
    }
}
event! {
    /// A run of a model ended, one way or another.
    GenerationFinished = "parlance.chat.generation_finished.v1" {
        /// Which run.
        generation_id: GenerationId,
        /// Which model.
        model_id: ModelId,
        /// How it ended.
        outcome: Outcome,
        /// Tokens sent.
        input_tokens: i64,
        /// Tokens received.
        output_tokens: i64,
        /// Whether the tokens were counted here because the provider did not say.
        usage_estimated: bool,
        /// Micro-USD, what the answer costs by our prices; none when the model has none.
        cost: Option<i64>,
    }
}
/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The model said all it had to say.
    Completed,
    /// The person stopped it.
    Stopped,
    /// The provider failed.
    Failed,
    /// Its process ended.
    Interrupted,
}

impl Outcome {
    /// As stored and published.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

event! {
    /// A conversation got its automatic title.
    ConversationTitled = "parlance.chat.conversation_titled.v1" {
        /// Which model made it; none when no model was used, or by an event of before this was told.
        model_id: Option<ModelId>,
        /// Tokens sent to make it; none when no model was used or it did not say.
        input_tokens: Option<i64>,
        /// Tokens received to make it.
        output_tokens: Option<i64>,
        /// Micro-USD that the provider asks; none without prices or when the tokens are not known.
        cost: Option<i64>,
    }
}
event! {
    /// The beginning of a conversation got a summary, which the model reads in its place.
    ConversationSummarised = "parlance.chat.conversation_summarised.v1" {
        /// The last message that the summary covers.
        message_id: MessageId,
        /// Which model made it.
        model_id: ModelId,
        /// Tokens sent to make it.
        input_tokens: i64,
        /// Tokens received.
        output_tokens: i64,
        /// Whether the tokens were counted here because the provider did not say.
        usage_estimated: bool,
        /// Micro-USD that the provider asks; none when the model has no prices.
        cost: Option<i64>,
    }
}
event! {
    /// A person chose a title.
    ConversationRenamed = "parlance.chat.conversation_renamed.v1" {}
}
event! {
    /// A person took a conversation out of the list.
    ConversationDeleted = "parlance.chat.conversation_deleted.v1" {}
}
event! {
    /// A person undid a deletion.
    ConversationRestored = "parlance.chat.conversation_restored.v1" {}
}
