//! What can be asked of payments.

use kernel::{UserId, id::Uuid};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{IdempotencyKey, MicroUsd, PaymentReference, PriceId, Rates, TokenUsage};

/// Gives a person credit that nobody paid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Whom.
    pub user: UserId,
    /// How much; more than nothing.
    pub credit: MicroUsd,
    /// Until when it can be spent; `None` for ever.
    pub expires_at: Option<OffsetDateTime>,
    /// Makes it happen once, such as `welcome`.
    pub key: IdempotencyKey,
}

/// Gives a person the credit that they have paid for. The payment makes it happen once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Who.
    pub user: UserId,
    /// By what: the payment, or for an allowance the paid invoice.
    pub payment: PaymentReference,
    /// Money that came, without tax.
    pub paid: MicroUsd,
    /// Credit for it; more than nothing. The difference to what was paid is promotion, or revenue.
    pub credit: MicroUsd,
    /// Until when it can be spent; `None` for ever. For an allowance, the end of its period.
    pub expires_at: Option<OffsetDateTime>,
}

/// What is to be done when money goes back for credit that has been spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shortfall {
    /// Refuse: the money is still here.
    Refuse,
    /// The money has gone already: take what credit is left, the house bears the rest.
    HouseBears,
}

/// Money goes back to whom it came from, and the credit for it is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPurchase {
    /// What was paid.
    pub payment: PaymentReference,
    /// Money that goes back; more than nothing.
    pub money: MicroUsd,
    /// When less credit is left than that.
    pub shortfall: Shortfall,
    /// Makes it happen once, such as the refund's id at the payment provider.
    pub key: IdempotencyKey,
}

/// Gives a person back what a run cost them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundCharge {
    /// Which run.
    pub generation: Uuid,
    /// How much of its charge; `None` for all that is left of it.
    pub amount: Option<MicroUsd>,
    /// Makes it happen once.
    pub key: IdempotencyKey,
}

/// A payer's bank takes a payment back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The dispute's id at the payment provider; makes it happen once.
    pub reference: PaymentReference,
    /// What was paid.
    pub payment: PaymentReference,
    /// Money taken back; more than nothing.
    pub money: MicroUsd,
}

/// How a dispute ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    not(target_family = "wasm"),
    derive(schemars::JsonSchema),
    schemars(inline)
)]
#[serde(rename_all = "lowercase")]
pub enum DisputeOutcome {
    /// The money comes back, and so does the credit.
    Won,
    /// The money stays away; the wallet stays flagged until an operator unflags it.
    Lost,
}

/// The end of a run that was answered, well or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Which run.
    pub generation: Uuid,
    /// Whose.
    pub user: UserId,
    /// Which model.
    pub model: Uuid,
    /// What it used.
    pub usage: TokenUsage,
    /// By which prices; `None` for a model without.
    pub prices: Option<PriceId>,
    /// What the person is to pay: the [`cost`](crate::cost) by our rates, or nothing for an answer without
    /// text.
    pub price: MicroUsd,
    /// What the provider asks.
    pub provider_cost: MicroUsd,
}

/// What a provider asks for work that nobody is charged for: titles, summaries, attempts that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookCost {
    /// For whom it was done.
    pub user: UserId,
    /// What the provider asks; nothing is booked for nothing.
    pub provider_cost: MicroUsd,
    /// Makes it happen once, such as `title:` and the conversation's id.
    pub key: IdempotencyKey,
}

/// States what a model costs from some time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPrices {
    /// Which model.
    pub model: Uuid,
    /// From when; `None` for now. The past is not priced anew.
    pub effective_from: Option<OffsetDateTime>,
    /// What people pay.
    pub ours: Rates,
    /// What the provider asks of us.
    pub provider: Rates,
}
