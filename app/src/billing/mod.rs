//! What things cost, what a person has, and what they used: pages of plain forms, on the server only.

mod answer_cost;
pub mod api;
mod caps_form;
mod chart;
pub mod cost_api;
mod credit;
mod estimate;
mod estimate_form;
mod ledger;
mod models;
mod money;
mod offers;
mod overview;
mod plan;
mod pricing;
mod range;
pub mod selling_api;
mod sums;
mod usage;
mod wait;

pub use answer_cost::AnswerCostPage;
pub use money::{InvalidAmount, money};
pub use overview::BillingPage;
pub use pricing::PricingPage;
pub use range::{NoRange, Range};
pub use usage::UsagePage;
