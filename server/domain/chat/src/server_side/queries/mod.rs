//! One file a question.

mod answer_cost;
mod chat_page;
mod estimate_message;
pub mod exported;
mod follow_generation;
mod known_models;
mod list_conversations;
mod list_models;
mod message_text;
pub(crate) mod message_views;
mod offered_models;
mod open_conversation;
mod search_conversations;
mod usage_by_day;
pub(crate) mod window;

pub use answer_cost::{AnswerCost, answer_cost};
pub use chat_page::{ChatPage, chat_page};
pub use estimate_message::{CostEstimate, UnsentMessage, estimate_message};
pub use follow_generation::follow_generation;
pub use known_models::{KnownModel, known_models};
pub use list_conversations::list_conversations;
pub use list_models::list_models;
pub use message_text::message_text;
pub use offered_models::offered_models;
pub use open_conversation::open_conversation;
pub use search_conversations::search_conversations;
pub use usage_by_day::{DayOfUse, usage_by_day};
