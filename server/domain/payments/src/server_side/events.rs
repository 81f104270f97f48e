//! The public facts of payments. Ids and numbers only; amounts are micro-USD. The aggregate is the person;
//! of a wallet whose account is erased nothing is told any more.

use kernel::{Event, UserId, event::Described, id::Uuid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DisputeOutcome, LotId, MicroUsd, PriceId, SubscriptionState};

/// Every event of this domain.
pub const ALL: &[Described] = &[
    Described::of::<CreditPurchased>(),
    Described::of::<AllowanceGiven>(),
    Described::of::<CreditGranted>(),
    Described::of::<HoldPlaced>(),
    Described::of::<Captured>(),
    Described::of::<Released>(),
    Described::of::<PurchaseRefunded>(),
    Described::of::<RefundReturned>(),
    Described::of::<ChargeRefunded>(),
    Described::of::<PaymentDisputed>(),
    Described::of::<DisputeResolved>(),
    Described::of::<WalletUnflagged>(),
    Described::of::<CreditExpired>(),
    Described::of::<CapsSet>(),
    Described::of::<PricesSet>(),
    Described::of::<SubscriptionChanged>(),
];

macro_rules! event {
    ($(#[$doc:meta])* $name:ident = $kind:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// Whose wallet.
            pub user_id: UserId,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Event for $name {
            const TYPE: &'static str = $kind;

            fn aggregate_id(&self) -> Uuid {
                self.user_id.0
            }
        }
    };
}

event! {
    /// A person has bought credit.
    CreditPurchased = "parlance.payments.credit_purchased.v1" {
        /// Which.
        lot_id: LotId,
        /// Money paid.
        paid: MicroUsd,
        /// Credit for it.
        credit: MicroUsd,
    }
}
event! {
    /// A person has got the credit of their subscription for a period.
    AllowanceGiven = "parlance.payments.allowance_given.v1" {
        /// Which.
        lot_id: LotId,
        /// Money paid.
        paid: MicroUsd,
        /// Credit for it.
        credit: MicroUsd,
    }
}
event! {
    /// A person has got credit from the house.
    CreditGranted = "parlance.payments.credit_granted.v1" {
        /// Which.
        lot_id: LotId,
        /// How much.
        credit: MicroUsd,
    }
}
event! {
    /// Credit was set aside for a run of a model.
    HoldPlaced = "parlance.payments.hold_placed.v1" {
        /// Which run.
        generation_id: Uuid,
        /// How much.
        amount: MicroUsd,
    }
}
event! {
    /// A run was charged for, and the rest of its hold was returned.
    Captured = "parlance.payments.captured.v1" {
        /// Which run.
        generation_id: Uuid,
        /// Which model.
        model_id: Uuid,
        /// What it costs by our prices.
        price: MicroUsd,
        /// What was charged: less when there was not enough.
        charged: MicroUsd,
        /// What the provider asks.
        provider_cost: MicroUsd,
    }
}
event! {
    /// Credit that was set aside was returned.
    Released = "parlance.payments.released.v1" {
        /// For which run it was.
        generation_id: Uuid,
        /// How much.
        amount: MicroUsd,
    }
}
event! {
    /// Money was sent back, and its credit taken.
    PurchaseRefunded = "parlance.payments.purchase_refunded.v1" {
        /// Which credit.
        lot_id: LotId,
        /// Money.
        money: MicroUsd,
        /// Credit taken: less when it had been spent.
        credit: MicroUsd,
    }
}
event! {
    /// A refund did not reach the person: the money is here again, and the credit that was taken for it.
    RefundReturned = "parlance.payments.refund_returned.v1" {
        /// Which credit.
        lot_id: LotId,
        /// Credit that came back.
        credit: MicroUsd,
    }
}
event! {
    /// Of what was charged for a run, some was given back.
    ChargeRefunded = "parlance.payments.charge_refunded.v1" {
        /// Which run.
        generation_id: Uuid,
        /// How much.
        amount: MicroUsd,
    }
}
event! {
    /// A bank took a payment back: nothing can be spent from this wallet.
    PaymentDisputed = "parlance.payments.payment_disputed.v1" {
        /// Which credit was paid by it.
        lot_id: LotId,
        /// Money taken back.
        money: MicroUsd,
        /// Credit that could be taken.
        credit: MicroUsd,
    }
}
event! {
    /// A dispute has ended.
    DisputeResolved = "parlance.payments.dispute_resolved.v1" {
        /// Which credit it was about.
        lot_id: LotId,
        /// How.
        outcome: DisputeOutcome,
        /// Credit that came back; negative when more was taken.
        credit: MicroUsd,
    }
}
event! {
    /// An operator lets a person spend again in spite of a lost dispute.
    WalletUnflagged = "parlance.payments.wallet_unflagged.v1" {}
}
event! {
    /// Credit expired.
    CreditExpired = "parlance.payments.credit_expired.v1" {
        /// How much.
        amount: MicroUsd,
    }
}
event! {
    /// A person has set what may be spent; null for no limit.
    CapsSet = "parlance.payments.caps_set.v1" {
        /// On one message.
        message: Option<MicroUsd>,
        /// In a day.
        day: Option<MicroUsd>,
        /// In a month.
        month: Option<MicroUsd>,
    }
}

event! {
    /// A subscription began, changed or ended.
    SubscriptionChanged = "parlance.payments.subscription_changed.v1" {
        /// Which.
        subscription_id: Uuid,
        /// How it stands.
        state: SubscriptionState,
        /// Whether it ends with its period.
        cancels: bool,
    }
}

/// A model costs something else from some time on. The aggregate is the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PricesSet {
    /// Which.
    pub model_id: Uuid,
    /// The row of the price book.
    pub price_id: PriceId,
}

impl Event for PricesSet {
    const TYPE: &'static str = "parlance.payments.prices_set.v1";

    fn aggregate_id(&self) -> Uuid {
        self.model_id
    }
}
