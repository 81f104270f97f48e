//! One file a question.

mod follow_generation;
mod list_conversations;
mod list_models;
pub(crate) mod message_views;
mod open_conversation;
pub(crate) mod window;

pub use follow_generation::follow_generation;
pub use list_conversations::list_conversations;
pub use list_models::list_models;
pub use open_conversation::open_conversation;
