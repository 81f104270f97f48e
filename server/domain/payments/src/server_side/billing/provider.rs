//! The payment provider, across the network's edge: what is asked of it, and what is read of its objects.
//!
//! Of an object only what a decision needs is read, so that a field that the provider adds or drops elsewhere
//! cannot hold up a payment.

use std::fmt;

use async_trait::async_trait;
use kernel::{UserId, id::Uuid};
use time::OffsetDateTime;

use crate::{IdempotencyKey, MicroUsd, Offer, PaymentReference, SubscriptionState};

/// Why the provider did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It has no such object.
    #[error("the payment provider has no such object")]
    NotFound,
    /// The card was declined.
    #[error("the card was declined")]
    Declined,
    /// It refuses the request, today and tomorrow; with its code for it, when it has one.
    #[error("the payment provider refused the request: {0}")]
    Refused(String),
    /// It cannot be reached, is busy, or answered what cannot be read: it may have done it, and the same request
    /// with the same key is safe.
    #[error("the payment provider did not answer: {0}")]
    Unavailable(String),
}

/// A notice was not made by the provider, or long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not the payment provider's, or too old")]
pub struct NotGenuine;

/// That something happened to an object. What became of it is asked, not read from the notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Unique; the same when it is delivered again.
    pub event: PaymentReference,
    /// The provider's word for what happened, such as `invoice.paid`.
    pub kind: String,
    /// To which object.
    pub object: PaymentReference,
}

/// A checkout that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheckout {
    /// Ours, noted in the provider's object.
    pub id: Uuid,
    /// Whose.
    pub user: UserId,
    /// Who pays, at the provider.
    pub customer: PaymentReference,
    /// What for.
    pub offer: Offer,
    /// Its price at the provider.
    pub price: PaymentReference,
    /// Where the browser goes after the payment; `{CHECKOUT_SESSION_ID}` in it becomes the id there.
    pub success_url: String,
    /// Where the browser goes without one.
    pub cancel_url: String,
}

/// A page of the provider's, for one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// Which.
    pub id: PaymentReference,
    /// Its address, which is a secret of that person.
    pub url: String,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A change of plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrice {
    /// Of which subscription.
    pub subscription: PaymentReference,
    /// Its one item.
    pub item: PaymentReference,
    /// The price to be.
    pub price: PaymentReference,
    /// Whether the rest of the period is invoiced at once; otherwise the price counts from the next period on.
    pub at_once: bool,
}

/// How a checkout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckoutState {
    /// Somebody may still pay.
    Open,
    /// Paid, or nothing was due.
    Paid,
    /// Ended, and the money is on its way: a slow way of payment.
    Processing,
    /// Nobody can pay any more.
    Expired,
}

/// A checkout as the provider knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCheckout {
    /// Which.
    pub id: PaymentReference,
    /// Who pays.
    pub customer: Option<PaymentReference>,
    /// How it stands.
    pub state: CheckoutState,
    /// For a pack, the payment.
    pub payment: Option<PaymentReference>,
    /// For a plan, the subscription that it began.
    pub subscription: Option<PaymentReference>,
    /// What came, without tax.
    pub paid: MicroUsd,
    /// The credit that was promised at its beginning; for a pack.
    pub credit: Option<MicroUsd>,
    /// For how many days; for ever without.
    pub days: Option<i64>,
    /// When it began.
    pub created_at: OffsetDateTime,
}

/// A price, as it was made for an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPrice {
    /// For each period, or once.
    pub amount: MicroUsd,
    /// The offer's code; `None` for a price that is not ours.
    pub offer: Option<String>,
    /// The credit for a whole period.
    pub credit: MicroUsd,
}

/// A subscription as the provider knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenSubscription {
    /// Which.
    pub id: PaymentReference,
    /// Whose.
    pub customer: PaymentReference,
    /// Its one item.
    pub item: PaymentReference,
    /// Its price.
    pub price: PaymentReference,
    /// How it stands.
    pub state: SubscriptionState,
    /// The end of the period.
    pub period_end: OffsetDateTime,
    /// Whether it ends then.
    pub cancels: bool,
    /// For its latest period or change.
    pub latest_invoice: Option<PaymentReference>,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLine {
    /// For which price; `None` for what is not sold by a price.
    pub price: Option<PaymentReference>,
    /// Negative for time that was paid for and is not used. Without tax and discounts.
    pub amount: MicroUsd,
    /// Whether it is for a part of a period.
    pub proration: bool,
    /// The end of the time that it is for.
    pub period_end: OffsetDateTime,
}

/// An invoice as the provider knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenInvoice {
    /// Which.
    pub id: PaymentReference,
    /// Whose.
    pub customer: Option<PaymentReference>,
    /// For which subscription.
    pub subscription: Option<PaymentReference>,
    /// Whether it is paid.
    pub is_paid: bool,
    /// Whether it is for a change within a period.
    pub for_change: bool,
    /// What came, without tax.
    pub paid: MicroUsd,
    /// Its first lines: as many as the provider sends along.
    pub lines: Vec<SeenLine>,
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    /// On its way, or waiting for something.
    Pending,
    /// It has gone.
    Done,
    /// It did not arrive, and the money is here again.
    Returned,
}

/// Money that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRefund {
    /// Which.
    pub id: PaymentReference,
    /// Of which payment.
    pub payment: Option<PaymentReference>,
    /// How much.
    pub money: MicroUsd,
    /// How it stands.
    pub state: RefundState,
    /// Our key, when it was asked for by us.
    pub key: Option<IdempotencyKey>,
}

/// How a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeState {
    /// The bank asks, and has taken nothing.
    Inquiry,
    /// The money is away.
    Open,
    /// The money is back.
    Won,
    /// The money stays away.
    Lost,
}

/// A dispute as the provider knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDispute {
    /// Which.
    pub id: PaymentReference,
    /// About which payment.
    pub payment: Option<PaymentReference>,
    /// How much.
    pub money: MicroUsd,
    /// How it stands.
    pub state: DisputeState,
}

/// What a payment was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaidFor {
    /// A pack.
    Checkout(Box<SeenCheckout>),
    /// A period of a subscription: the invoice.
    Invoice(PaymentReference),
    /// Nothing of ours.
    Nothing,
}

/// Which part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Only what was made then or later.
    pub made: OffsetDateTime,
    /// Only what follows this one.
    pub after: Option<PaymentReference>,
}

/// A part of a list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<T> {
    /// In the provider's order.
    pub items: Vec<T>,
    /// The last one's id, when there is more.
    pub next: Option<PaymentReference>,
}

/// The payment provider.
///
/// Whatever changes something takes a key, with which it happens once for a day at least: that is how long Stripe
/// remembers keys (<https://docs.stripe.com/api/idempotent_requests>). Every call ends within seconds.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// Whether a body was signed by the provider, not longer than 300 seconds from `now`
    /// (<https://docs.stripe.com/webhooks/signature>), and what it says.
    fn verify(
        &self,
        body: &str,
        signature: &str,
        now: OffsetDateTime,
    ) -> Result<Notice, NotGenuine>;

    /// Makes a customer for a person.
    async fn create_customer(
        &self,
        key: &IdempotencyKey,
        user: UserId,
    ) -> Result<PaymentReference, ProviderError>;

    /// The price of an offer, made when there is none.
    async fn price_of(&self, offer: &Offer) -> Result<PaymentReference, ProviderError>;

    /// Begins a checkout.
    async fn begin_checkout(
        &self,
        key: &IdempotencyKey,
        checkout: &NewCheckout,
    ) -> Result<Page, ProviderError>;

    /// Ends an open checkout; one that is not open is refused.
    async fn expire_checkout(&self, id: &PaymentReference) -> Result<(), ProviderError>;

    /// Opens the page on which a customer sees invoices and changes the card.
    async fn open_portal(
        &self,
        key: &IdempotencyKey,
        customer: &PaymentReference,
        return_url: &str,
    ) -> Result<Page, ProviderError>;

    /// Changes the price of a subscription. Declined, it stays as it was.
    async fn change_price(
        &self,
        key: &IdempotencyKey,
        change: &NewPrice,
    ) -> Result<(), ProviderError>;

    /// Ends a subscription with its period, or does so no longer.
    async fn cancel_at_period_end(
        &self,
        key: &IdempotencyKey,
        subscription: &PaymentReference,
        cancel: bool,
    ) -> Result<(), ProviderError>;

    /// Ends a subscription at once, without money back. One that has ended is not found.
    async fn cancel_now(&self, subscription: &PaymentReference) -> Result<(), ProviderError>;

    /// Gives money back.
    async fn refund(
        &self,
        key: &IdempotencyKey,
        payment: &PaymentReference,
        money: MicroUsd,
    ) -> Result<SeenRefund, ProviderError>;

    /// A checkout as it is now.
    async fn checkout(&self, id: &PaymentReference) -> Result<SeenCheckout, ProviderError>;

    /// A price.
    async fn price(&self, id: &PaymentReference) -> Result<SeenPrice, ProviderError>;

    /// A subscription as it is now.
    async fn subscription(&self, id: &PaymentReference) -> Result<SeenSubscription, ProviderError>;

    /// An invoice as it is now.
    async fn invoice(&self, id: &PaymentReference) -> Result<SeenInvoice, ProviderError>;

    /// The payment of a charge; `None` for one without.
    async fn payment_of_charge(
        &self,
        id: &PaymentReference,
    ) -> Result<Option<PaymentReference>, ProviderError>;

    /// A refund as it is now.
    async fn refund_of(&self, id: &PaymentReference) -> Result<SeenRefund, ProviderError>;

    /// A dispute as it is now.
    async fn dispute(&self, id: &PaymentReference) -> Result<SeenDispute, ProviderError>;

    /// What a payment was made for.
    async fn paid_for(&self, payment: &PaymentReference) -> Result<PaidFor, ProviderError>;

    /// The payment of a paid invoice; `None` when nothing was due.
    async fn payment_of_invoice(
        &self,
        invoice: &PaymentReference,
    ) -> Result<Option<PaymentReference>, ProviderError>;

    /// All refunds of a payment.
    async fn refunds_of(
        &self,
        payment: &PaymentReference,
    ) -> Result<Vec<SeenRefund>, ProviderError>;

    /// Checkouts, the newest first.
    async fn checkouts(&self, since: &Since) -> Result<Part<SeenCheckout>, ProviderError>;

    /// Invoices, the newest first.
    async fn invoices(&self, since: &Since) -> Result<Part<SeenInvoice>, ProviderError>;

    /// Subscriptions, the newest first, whether over or not.
    async fn subscriptions(&self, since: &Since) -> Result<Part<SeenSubscription>, ProviderError>;

    /// Refunds, the newest first.
    async fn refunds(&self, since: &Since) -> Result<Part<SeenRefund>, ProviderError>;

    /// Disputes, the newest first.
    async fn disputes(&self, since: &Since) -> Result<Part<SeenDispute>, ProviderError>;
}
