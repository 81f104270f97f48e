//! One file a use case: authorise, load, decide, store, record, commit.

mod continue_answer;
mod delete_conversation;
mod edit_message;
mod end_abandoned;
mod erase_conversations;
mod offer_models;
mod regenerate_answer;
mod release_lost_holds;
mod rename_conversation;
mod retry;
mod roll_up_usage;
mod say;
mod send_message;
mod show_branch;
mod stop_generation;
mod summarise_conversation;
mod title_conversation;

pub use continue_answer::continue_answer;
pub use delete_conversation::{delete_conversation, restore_conversation};
pub use edit_message::edit_message;
pub use end_abandoned::{Swept, delete_stray_pieces, end_abandoned};
pub use erase_conversations::erase_conversations;
pub use offer_models::{OfferedModel, offer_models};
pub use regenerate_answer::regenerate_answer;
pub use release_lost_holds::release_lost_holds;
pub use rename_conversation::rename_conversation;
pub use roll_up_usage::{TELL_OF_USAGE, USAGE, clear_usage_in, roll_up_usage, roll_up_usage_in};
pub use send_message::send_message;
pub use show_branch::show_branch;
pub use stop_generation::stop_generation;
pub use summarise_conversation::summarise_conversation;
pub use title_conversation::title_conversation;
