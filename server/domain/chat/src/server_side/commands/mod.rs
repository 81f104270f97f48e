//! One file a use case: authorise, load, decide, store, record, commit.

mod delete_conversation;
mod end_abandoned;
mod offer_models;
mod rename_conversation;
mod send_message;
mod stop_generation;
mod title_conversation;

pub use delete_conversation::{delete_conversation, restore_conversation};
pub use end_abandoned::end_abandoned;
pub use offer_models::{OfferedModel, offer_models};
pub use rename_conversation::rename_conversation;
pub use send_message::send_message;
pub use stop_generation::stop_generation;
pub use title_conversation::title_conversation;
