//! From Stripe's objects to the domain's.

use std::collections::HashMap;

use payments::{
    IdempotencyKey, MicroUsd, PaymentReference, SubscriptionState,
    billing::{
        CheckoutState, DisputeState, Page, ProviderError, RefundState, SeenCheckout, SeenDispute,
        SeenInvoice, SeenLine, SeenPrice, SeenRefund, SeenSubscription,
    },
};
use time::OffsetDateTime;

use crate::wire;

/// The names under which we note things in Stripe's objects.
pub mod noted {
    pub const USER: &str = "parlance_user";
    pub const CHECKOUT: &str = "parlance_checkout";
    pub const OFFER: &str = "parlance_offer";
    pub const CREDIT: &str = "parlance_credit_micro_usd";
    pub const DAYS: &str = "parlance_days";
    pub const KEY: &str = "parlance_key";
}

type Read<T> = Result<T, ProviderError>;

fn unreadable(what: &str) -> ProviderError {
    ProviderError::Unavailable(format!("{what} that cannot be read"))
}

/// An id of Stripe's.
pub fn reference(id: &str) -> Read<PaymentReference> {
    PaymentReference::parse(id).map_err(|_| unreadable("an id"))
}

fn maybe(id: Option<&String>) -> Read<Option<PaymentReference>> {
    id.map(|id| reference(id)).transpose()
}

fn cents(cents: i64) -> Read<MicroUsd> {
    MicroUsd::cents(cents).map_err(|_| unreadable("an amount"))
}

fn moment(seconds: i64) -> Read<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| unreadable("a time"))
}

fn number(metadata: &HashMap<String, String>, name: &str) -> Option<i64> {
    metadata.get(name)?.parse().ok()
}

pub fn page(page: &wire::Page) -> Read<Page> {
    Ok(Page {
        id: reference(&page.id)?,
        url: page.url.clone().ok_or_else(|| unreadable("a page"))?,
    })
}

pub fn price(price: &wire::Price) -> Read<SeenPrice> {
    Ok(SeenPrice {
        amount: cents(price.unit_amount.unwrap_or_default())?,
        offer: price.metadata.get(noted::OFFER).cloned(),
        credit: MicroUsd(number(&price.metadata, noted::CREDIT).unwrap_or_default()),
    })
}

pub fn checkout(seen: &wire::Checkout) -> Read<SeenCheckout> {
    let noted = seen.metadata.clone().unwrap_or_default();
    let tax = seen
        .total_details
        .as_ref()
        .map_or(0, |total| total.amount_tax);
    let state = match (seen.status.as_deref(), seen.payment_status.as_str()) {
        (Some("complete"), "paid" | "no_payment_required") => CheckoutState::Paid,
        (Some("complete"), _) => CheckoutState::Processing,
        (Some("open"), _) => CheckoutState::Open,
        _ => CheckoutState::Expired,
    };
    Ok(SeenCheckout {
        id: reference(&seen.id)?,
        customer: maybe(seen.customer.as_ref())?,
        state,
        payment: maybe(seen.payment_intent.as_ref())?,
        subscription: maybe(seen.subscription.as_ref())?,
        paid: cents(seen.amount_total.unwrap_or_default() - tax)?,
        credit: number(&noted, noted::CREDIT).map(MicroUsd),
        days: number(&noted, noted::DAYS),
        created_at: moment(seen.created)?,
    })
}

/// `None` for one that has no item of one price: it was not made here.
pub fn subscription(seen: &wire::Subscription) -> Read<Option<SeenSubscription>> {
    let Some(item) = seen.items.data.first() else {
        return Ok(None);
    };
    let state = match seen.status.as_str() {
        "incomplete" => SubscriptionState::Incomplete,
        "active" | "trialing" => SubscriptionState::Active,
        "past_due" | "unpaid" | "paused" => SubscriptionState::PastDue,
        "canceled" | "incomplete_expired" => SubscriptionState::Ended,
        _ => return Err(unreadable("a status")),
    };
    Ok(Some(SeenSubscription {
        id: reference(&seen.id)?,
        customer: reference(&seen.customer)?,
        item: reference(&item.id)?,
        price: reference(&item.price.id)?,
        state,
        period_end: moment(item.current_period_end)?,
        cancels: seen.cancel_at_period_end,
        latest_invoice: maybe(seen.latest_invoice.as_ref())?,
    }))
}

pub fn invoice(seen: &wire::Invoice) -> Read<SeenInvoice> {
    let taxes: i64 = seen
        .total_taxes
        .iter()
        .flatten()
        .map(|tax| tax.amount)
        .sum();
    let details = seen
        .parent
        .as_ref()
        .and_then(|parent| parent.subscription_details.as_ref());
    Ok(SeenInvoice {
        id: reference(seen.id.as_deref().unwrap_or_default())?,
        customer: maybe(seen.customer.as_ref())?,
        subscription: maybe(details.and_then(|details| details.subscription.as_ref()))?,
        is_paid: seen.status.as_deref() == Some("paid"),
        for_change: seen.billing_reason.as_deref() == Some("subscription_update"),
        paid: cents((seen.amount_paid - taxes).max(0))?,
        lines: seen.lines.data.iter().map(line).collect::<Read<_>>()?,
    })
}

fn line(line: &wire::Line) -> Read<SeenLine> {
    let price = line
        .pricing
        .as_ref()
        .and_then(|pricing| pricing.price_details.as_ref());
    let item = line
        .parent
        .as_ref()
        .and_then(|parent| parent.subscription_item_details.as_ref());
    Ok(SeenLine {
        price: maybe(price.and_then(|details| details.price.as_ref()))?,
        amount: cents(line.amount)?,
        proration: item.is_some_and(|item| item.proration),
        period_end: moment(line.period.end)?,
    })
}

pub fn refund(seen: &wire::Refund) -> Read<SeenRefund> {
    let key = seen
        .metadata
        .as_ref()
        .and_then(|noted| noted.get(noted::KEY));
    Ok(SeenRefund {
        id: reference(&seen.id)?,
        payment: maybe(seen.payment_intent.as_ref())?,
        money: cents(seen.amount)?,
        // <https://docs.stripe.com/api/refunds/object#refund_object-status>
        state: match seen.status.as_deref() {
            Some("succeeded") => RefundState::Done,
            Some("failed" | "canceled") => RefundState::Returned,
            _ => RefundState::Pending,
        },
        key: key.and_then(|key| IdempotencyKey::parse(key).ok()),
    })
}

/// <https://docs.stripe.com/api/disputes/object#dispute_object-status>
pub fn dispute(seen: &wire::Dispute) -> Read<SeenDispute> {
    let state = match seen.status.as_str() {
        "warning_needs_response" | "warning_under_review" | "warning_closed" | "prevented" => {
            DisputeState::Inquiry
        }
        "needs_response" | "under_review" => DisputeState::Open,
        "won" => DisputeState::Won,
        "lost" => DisputeState::Lost,
        _ => return Err(unreadable("a status")),
    };
    Ok(SeenDispute {
        id: reference(&seen.id)?,
        payment: maybe(seen.payment_intent.as_ref())?,
        money: cents(seen.amount)?,
        state,
    })
}
