//! The fields that are read of Stripe's objects (<https://docs.stripe.com/api>, version
//! [`stripe_shared::version::VERSION`]); all others are passed over.

use std::collections::HashMap;

use miniserde::Deserialize;

#[derive(Deserialize)]
pub struct Id {
    pub id: String,
}

#[derive(Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    pub has_more: bool,
}

#[derive(Deserialize)]
pub struct Page {
    pub id: String,
    pub url: Option<String>,
}

#[derive(Deserialize)]
pub struct Price {
    pub unit_amount: Option<i64>,
    pub metadata: HashMap<String, String>,
}

#[derive(Deserialize)]
pub struct Checkout {
    pub id: String,
    pub customer: Option<String>,
    pub status: Option<String>,
    pub payment_status: String,
    pub payment_intent: Option<String>,
    pub subscription: Option<String>,
    pub amount_total: Option<i64>,
    pub total_details: Option<TotalDetails>,
    pub metadata: Option<HashMap<String, String>>,
    pub created: i64,
}

#[derive(Deserialize)]
pub struct TotalDetails {
    pub amount_tax: i64,
}

#[derive(Deserialize)]
pub struct Subscription {
    pub id: String,
    pub customer: String,
    pub status: String,
    pub cancel_at_period_end: bool,
    pub latest_invoice: Option<String>,
    pub items: Items,
}

#[derive(Deserialize)]
pub struct Items {
    pub data: Vec<Item>,
}

#[derive(Deserialize)]
pub struct Item {
    pub id: String,
    pub price: Id,
    pub current_period_end: i64,
}

#[derive(Deserialize)]
pub struct Invoice {
    pub id: Option<String>,
    pub customer: Option<String>,
    pub status: Option<String>,
    pub billing_reason: Option<String>,
    pub amount_paid: i64,
    pub total_taxes: Option<Vec<Tax>>,
    pub parent: Option<Parent>,
    pub lines: Lines,
}

#[derive(Deserialize)]
pub struct Tax {
    pub amount: i64,
}

#[derive(Deserialize)]
pub struct Parent {
    pub subscription_details: Option<SubscriptionDetails>,
}

#[derive(Deserialize)]
pub struct SubscriptionDetails {
    pub subscription: Option<String>,
}

#[derive(Deserialize)]
pub struct Lines {
    pub data: Vec<Line>,
}

#[derive(Deserialize)]
pub struct Line {
    pub amount: i64,
    pub period: Period,
    pub pricing: Option<Pricing>,
    pub parent: Option<LineParent>,
}

#[derive(Deserialize)]
pub struct Period {
    pub end: i64,
}

#[derive(Deserialize)]
pub struct Pricing {
    pub price_details: Option<PriceDetails>,
}

#[derive(Deserialize)]
pub struct PriceDetails {
    pub price: Option<String>,
}

#[derive(Deserialize)]
pub struct LineParent {
    pub subscription_item_details: Option<ItemDetails>,
}

#[derive(Deserialize)]
pub struct ItemDetails {
    pub proration: bool,
}

#[derive(Deserialize)]
pub struct InvoicePayment {
    pub invoice: String,
    pub payment: PaymentOfInvoice,
}

#[derive(Deserialize)]
pub struct PaymentOfInvoice {
    pub payment_intent: Option<String>,
}

#[derive(Deserialize)]
pub struct Charge {
    pub payment_intent: Option<String>,
}

#[derive(Deserialize)]
pub struct Refund {
    pub id: String,
    pub amount: i64,
    pub payment_intent: Option<String>,
    pub status: Option<String>,
    pub metadata: Option<HashMap<String, String>>,
}

#[derive(Deserialize)]
pub struct Dispute {
    pub id: String,
    pub amount: i64,
    pub payment_intent: Option<String>,
    pub status: String,
}

/// The envelope of an event: its object is fetched anew.
#[derive(Deserialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: EventData,
}

#[derive(Deserialize)]
pub struct EventData {
    pub object: EventObject,
}

#[derive(Deserialize)]
pub struct EventObject {
    pub id: Option<String>,
}
