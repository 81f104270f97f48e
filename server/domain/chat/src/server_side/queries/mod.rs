//! One file a question.

mod chat_page;
pub mod exported;
mod follow_generation;
mod list_conversations;
mod list_models;
mod message_text;
pub(crate) mod message_views;
mod open_conversation;
mod search_conversations;
mod usage_by_day;
pub(crate) mod window;

pub use chat_page::{ChatPage, chat_page};
pub use follow_generation::follow_generation;
pub use list_conversations::list_conversations;
pub use list_models::list_models;
pub use message_text::message_text;
pub use open_conversation::open_conversation;
pub use search_conversations::search_conversations;
pub use usage_by_day::{DayOfUse, usage_by_day};
