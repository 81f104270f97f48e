//! Work that selling queues.

use kernel::{Job, UserId, id::Uuid};
use serde::{Deserialize, Serialize};

/// Looks at the object of a webhook: [`super::commands::process_webhook`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessWebhook {
    /// The event's id.
    pub event: String,
}

impl Job for ProcessWebhook {
    const KIND: &'static str = "payments.process_webhook";
}

/// Ends a subscription whose grace is over: [`super::commands::end_grace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndGrace {
    /// Which, by our id.
    pub subscription: Uuid,
    /// Whose.
    pub user: UserId,
}

impl Job for EndGrace {
    const KIND: &'static str = "payments.end_grace";

    fn about(&self) -> Option<UserId> {
        Some(self.user)
    }
}

/// Has the provider pay what was refunded: [`super::commands::pay_refund`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayRefund {
    /// Which order.
    pub order: Uuid,
}

impl Job for PayRefund {
    const KIND: &'static str = "payments.pay_refund";
}

/// What somebody is told of their subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dunning {
    /// A renewal could not be paid: the plan is kept until the grace ends.
    PaymentFailed,
    /// The plan has ended because nobody has paid.
    Ended,
}

/// A mail about a renewal that is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DunningMail {
    /// To whom.
    pub user: UserId,
    /// About which subscription, by our id.
    pub subscription: Uuid,
    /// What.
    pub what: Dunning,
}

impl Job for DunningMail {
    const KIND: &'static str = "payments.dunning_mail";

    fn about(&self) -> Option<UserId> {
        Some(self.user)
    }
}
