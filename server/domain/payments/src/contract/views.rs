//! What is shown.

use kernel::{UserId, id::Uuid};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::{LotId, MicroUsd, PaymentReference, PriceId, TokenUsage};

/// Where credit comes from; in the order of spending, among lots that expire at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LotKind {
    /// What a subscription gives each period.
    Allowance,
    /// Given by the house.
    Granted,
    /// Paid for, once.
    Bought,
}

/// Whoever has less than this left, one dollar, is told so.
pub const LOW: MicroUsd = MicroUsd(1_000_000);

/// Credit that is left of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotView {
    /// Which.
    pub id: LotId,
    /// Where it comes from.
    pub kind: LotKind,
    /// What is left and not held.
    pub left: MicroUsd,
    /// Until when it can be spent; `None` for ever.
    pub expires_at: Option<OffsetDateTime>,
    /// When it came.
    pub created_at: OffsetDateTime,
}

/// What a person has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceView {
    /// What can be spent now.
    pub available: MicroUsd,
    /// What is held for answers being written.
    pub held: MicroUsd,
    /// The lots with credit, in the order of spending.
    pub lots: Vec<LotView>,
    /// Whether a payment is disputed: nothing can be spent then.
    pub flagged: bool,
}

/// What a line of the ledger is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Credit bought.
    Purchase,
    /// A subscription's credit for a period.
    Allowance,
    /// Credit given by the house.
    Grant,
    /// Credit set aside for an answer.
    Hold,
    /// An answer paid for, the rest of its hold returned.
    Capture,
    /// A hold returned.
    Release,
    /// Money sent back, and its credit taken.
    PurchaseRefund,
    /// A refund did not arrive, and its credit came back.
    RefundReturned,
    /// A charge given back.
    ChargeRefund,
    /// A payment disputed, and its credit taken.
    Dispute,
    /// A dispute won, and its credit returned.
    DisputeWon,
    /// A dispute lost, and what credit had come back meanwhile taken.
    DisputeLost,
    /// Credit that expired.
    Expiry,
    /// What a provider asks for work that nobody is charged for.
    Cost,
}

/// A line of a person's ledger. Holds and releases change nothing of what a person has and make none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Its number in this wallet.
    pub number: i64,
    /// When.
    pub at: OffsetDateTime,
    /// What it is about.
    pub kind: LineKind,
    /// What it changed: positive when credit came.
    pub amount: MicroUsd,
    /// What the person had then, held credit included.
    pub balance_after: MicroUsd,
    /// The run, for charges and what was given back of them.
    pub generation: Option<Uuid>,
    /// The payment.
    pub payment: Option<PaymentReference>,
}

/// Continues a person's lines: those with a smaller number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCursor(pub i64);

/// What a model was used on a day of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyUsage {
    /// The day, in UTC.
    pub day: Date,
    /// The model.
    pub model: Uuid,
    /// Answers.
    pub answers: i64,
    /// Tokens.
    pub tokens: TokenUsage,
    /// What was charged for them, less what was given back.
    pub charged: MicroUsd,
}

/// What a run used and cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageLine {
    /// Which run.
    pub generation: Uuid,
    /// Which model.
    pub model: Uuid,
    /// When it ended.
    pub at: OffsetDateTime,
    /// Tokens.
    pub tokens: TokenUsage,
    /// By which prices.
    pub prices: Option<PriceId>,
    /// What was charged, less what was given back.
    pub charged: MicroUsd,
}

/// What became of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    /// The credit that it paid for.
    pub lot: LotId,
    /// Who; `None` once their account is erased.
    pub user: Option<UserId>,
    /// Credit once, or an allowance.
    pub kind: LotKind,
    /// By what.
    pub payment: PaymentReference,
    /// Money that came.
    pub paid: MicroUsd,
    /// Money of it that is still here: neither sent back nor taken back.
    pub here: MicroUsd,
    /// Credit at first.
    pub credit: MicroUsd,
    /// Credit that is left and not held.
    pub left: MicroUsd,
    /// When.
    pub at: OffsetDateTime,
}
