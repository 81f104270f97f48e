//! What is for sale, and what somebody has subscribed to.

use kernel::id::Uuid;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::MicroUsd;

/// A pack is bought once; a plan each month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfferKind {
    /// Credit, once.
    Pack,
    /// An allowance, each month.
    Plan,
}

/// A pack or a plan, as it is sold today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its short name, unique, such as `plus`.
    pub code: String,
    /// Once or monthly.
    pub kind: OfferKind,
    /// Its name for people.
    pub name: String,
    /// Without tax; whole cents.
    pub price: MicroUsd,
    /// The credit for it.
    pub credit: MicroUsd,
    /// For how many days a pack's credit can be spent; for ever without. A plan's ends with its period.
    pub days: Option<i32>,
}

impl Offer {
    /// By what the provider's price is found again. Another price or credit makes another one: who has subscribed
    /// keeps what they were promised.
    pub fn lookup_key(&self) -> String {
        let cents = self.price.whole_cents();
        format!("parlance:{}:{cents}:{}", self.code, self.credit.0)
    }
}

/// Begins to buy an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginCheckout {
    /// Chosen by the page, so that a form that is sent twice begins one checkout.
    pub id: Uuid,
    /// Its code.
    pub offer: String,
    /// Where the browser goes after the payment; `{CHECKOUT_SESSION_ID}` in it becomes the session's id.
    pub success_url: String,
    /// Where the browser goes without one.
    pub cancel_url: String,
}

/// How far a checkout is, for the page that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckoutStatus {
    /// Nothing has come yet.
    Open,
    /// Ended; the money is on its way.
    Processing,
    /// The credit is there.
    Paid,
    /// Nobody has paid, and nobody can any more.
    Expired,
}

/// How a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    not(target_family = "wasm"),
    derive(schemars::JsonSchema),
    schemars(inline)
)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// The first payment is missing.
    Incomplete,
    /// Paid for.
    Active,
    /// A renewal could not be paid; the provider tries again.
    PastDue,
    /// Over.
    Ended,
}

/// A subscription, for its person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionView {
    /// The plan that the next period is invoiced for; `None` for one that was not made here.
    pub plan: Option<Offer>,
    /// How it stands.
    pub state: SubscriptionState,
    /// The end of the period.
    pub period_end: OffsetDateTime,
    /// Whether it ends then.
    pub cancels: bool,
    /// While a renewal is not paid: until when the plan is kept.
    pub grace_until: Option<OffsetDateTime>,
}
