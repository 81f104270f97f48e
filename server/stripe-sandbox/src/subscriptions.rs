//! Subscriptions: how they begin, change, renew and end.

use serde_json::{Value, json};
use time::{Month, OffsetDateTime, util::days_in_month};

use crate::{
    error::ApiError,
    invoices::{self, Line},
    objects::{self, item, period_end},
    params::Params,
    state::{State, number, text},
};

/// Begins one that a checkout has paid for; gives its id and its invoice's.
pub fn begin(state: &mut State, session: &Value, intent: &str) -> Result<(Value, Value), ApiError> {
    let (id, now) = (state.new_id("sub")?, state.now());
    let price = state
        .get("price", text(&session["sandbox"], "price"))?
        .clone();
    let end = a_month_later(now, now)?;
    let item = json!({
        "id": state.new_id("si")?,
        "object": "subscription_item",
        "billing_thresholds": null,
        "created": now,
        "current_period_end": end,
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "price": price,
        "quantity": 1,
        "subscription": id,
        "tax_rates": [],
    });
    let subscription = json!({
        "id": id,
        "object": "subscription",
        "application": null,
        "application_fee_percent": null,
        "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null},
        "billing_cycle_anchor": now,
        "billing_cycle_anchor_config": null,
        "billing_mode": {"flexible": null, "type": "classic"},
        "billing_schedules": [],
        "billing_thresholds": null,
        "cancel_at": null,
        "cancel_at_period_end": false,
        "canceled_at": null,
        "cancellation_details": {"comment": null, "feedback": null, "reason": null},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": "usd",
        "customer": session["customer"],
        "days_until_due": null,
        "default_payment_method": null,
        "default_source": null,
        "default_tax_rates": [],
        "description": null,
        "discounts": [],
        "ended_at": null,
        "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}},
        "items": {"object": "list", "data": [item], "has_more": false, "total_count": 1, "url": format!("/v1/subscription_items?subscription={id}")},
        "latest_invoice": null,
        "livemode": false,
        "metadata": session["sandbox"]["of_subscription"],
        "next_pending_invoice_item_invoice": null,
        "on_behalf_of": null,
        "pause_collection": null,
        "payment_settings": {"payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off"},
        "pending_invoice_item_interval": null,
        "pending_setup_intent": null,
        "pending_update": null,
        "schedule": null,
        "start_date": now,
        "status": "active",
        "test_clock": null,
        "transfer_data": null,
        "trial_end": null,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": null,
    });
    state.insert(subscription.clone());
    let line = Line {
        price: &price,
        amount: number(&price, "unit_amount"),
        period: (now, end),
        proration: false,
    };
    let invoice = invoices::create(state, &subscription, "subscription_create", &[line])?;
    state.change("subscription", &id)?["latest_invoice"] = invoice.clone().into();
    state.happened("subscription", &id, "customer.subscription.created")?;
    invoices::settle(state, &invoice, Some(intent))?;
    Ok((id.into(), invoice.into()))
}

/// Changes one (<https://docs.stripe.com/api/subscriptions/update>): its price, with proration, and whether it
/// ends with its period.
pub fn update(state: &mut State, id: &str, params: &Params) -> Result<Value, ApiError> {
    let before = state.get("subscription", id)?.clone();
    if before["status"] == "canceled" {
        return Err(ApiError::invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
        ));
    }
    if let Some(price) = params.get("items.0.price") {
        if params.get("items.0.id") != item(&before)["id"].as_str() {
            return Err(ApiError::missing("items[0][id]"));
        }
        let price = state
            .get("price", price)
            .map_err(|_| ApiError::no_such("price", price, "items[0][price]"))?
            .clone();
        change_price(state, &before, &price, params)?;
    }
    let now = state.now();
    let subscription = state.change("subscription", id)?;
    if let Some(cancel) = params.flag("cancel_at_period_end") {
        let end = period_end(subscription);
        subscription["cancel_at_period_end"] = cancel.into();
        subscription["cancel_at"] = if cancel { end.into() } else { Value::Null };
        subscription["canceled_at"] = if cancel { now.into() } else { Value::Null };
    }
    for (name, value) in params.below("metadata") {
        subscription["metadata"][name] = value.into();
    }
    let after = subscription.clone();
    if after != before {
        state.happened("subscription", id, "customer.subscription.updated")?;
    }
    Ok(after)
}

fn change_price(
    state: &mut State,
    subscription: &Value,
    price: &Value,
    params: &Params,
) -> Result<(), ApiError> {
    let id = text(subscription, "id");
    let old = item(subscription)["price"].clone();
    if old["id"] == price["id"] {
        return Ok(());
    }
    let invoiced = params.get("proration_behavior") == Some("always_invoice");
    let declined = invoiced && !state.card_pays(objects::customer_of(subscription));
    if declined && params.get("payment_behavior") == Some("error_if_incomplete") {
        return Err(ApiError::declined());
    }
    state.change("subscription", id)?["items"]["data"][0]["price"] = price.clone();
    if !invoiced {
        return Ok(());
    }
    let now = state.now();
    let item = item(subscription);
    let (start, end) = (
        number(item, "current_period_start"),
        period_end(subscription),
    );
    let part = |price: &Value| {
        let whole = i128::from(number(price, "unit_amount")) * i128::from(end - now);
        let length = i128::from((end - start).max(1));
        i64::try_from((whole + length / 2) / length).unwrap_or_default()
    };
    let period = (now, end);
    let lines = [
        Line {
            price: &old,
            amount: -part(&old),
            period,
            proration: true,
        },
        Line {
            price,
            amount: part(price),
            period,
            proration: true,
        },
    ];
    let invoice = invoices::create(state, subscription, "subscription_update", &lines)?;
    state.change("subscription", id)?["latest_invoice"] = invoice.clone().into();
    if !invoices::collect(state, &invoice)? {
        state.change("subscription", id)?["status"] = "past_due".into();
    }
    Ok(())
}

/// Ends one at once.
pub fn cancel(state: &mut State, id: &str, reason: &str) -> Result<Value, ApiError> {
    let now = state.now();
    let subscription = state.change("subscription", id)?;
    if subscription["status"] == "canceled" {
        return Err(ApiError::not_found("subscription", id));
    }
    subscription["status"] = "canceled".into();
    subscription["ended_at"] = now.into();
    if subscription["canceled_at"].is_null() {
        subscription["canceled_at"] = now.into();
    }
    subscription["cancellation_details"]["reason"] = reason.into();
    let subscription = subscription.clone();
    state.happened("subscription", id, "customer.subscription.deleted")?;
    Ok(subscription)
}

/// The period of one has ended: it ends too, or is invoiced for the next.
pub fn renew(state: &mut State, id: &str) -> Result<(), ApiError> {
    let subscription = state.get("subscription", id)?.clone();
    if subscription["cancel_at_period_end"] == true {
        cancel(state, id, "cancellation_requested")?;
        return Ok(());
    }
    let start = period_end(&subscription);
    let end = a_month_later(start, number(&subscription, "billing_cycle_anchor"))?;
    let changed = state.change("subscription", id)?;
    changed["items"]["data"][0]["current_period_start"] = start.into();
    changed["items"]["data"][0]["current_period_end"] = end.into();
    let subscription = changed.clone();
    let price = &item(&subscription)["price"];
    let line = Line {
        price,
        amount: number(price, "unit_amount"),
        period: (start, end),
        proration: false,
    };
    let invoice = invoices::create(state, &subscription, "subscription_cycle", &[line])?;
    state.change("subscription", id)?["latest_invoice"] = invoice.clone().into();
    collect_for(state, id, &invoice)?;
    state.happened("subscription", id, "customer.subscription.updated")
}

/// Tries to collect an invoice, and notes what follows for its subscription.
pub fn collect_for(state: &mut State, id: &str, invoice: &str) -> Result<(), ApiError> {
    let before = text(state.get("subscription", id)?, "status").to_owned();
    let paid = invoices::collect(state, invoice)?;
    let given_up = state.get("invoice", invoice)?["next_payment_attempt"].is_null();
    if !paid && given_up {
        state.change("invoice", invoice)?["status"] = "uncollectible".into();
        state.happened("invoice", invoice, "invoice.marked_uncollectible")?;
        cancel(state, id, "payment_failed")?;
        return Ok(());
    }
    let status = if paid { "active" } else { "past_due" };
    if before != status {
        state.change("subscription", id)?["status"] = status.into();
        state.happened("subscription", id, "customer.subscription.updated")?;
    }
    Ok(())
}

/// The same day of the next month as the anchor's, or the last day of a shorter month, in Unix seconds
/// (<https://docs.stripe.com/billing/subscriptions/billing-cycle>).
fn a_month_later(from: i64, anchor: i64) -> Result<i64, ApiError> {
    let wrong = |e: time::error::ComponentRange| ApiError::internal(e.to_string());
    let from = OffsetDateTime::from_unix_timestamp(from).map_err(wrong)?;
    let anchor = OffsetDateTime::from_unix_timestamp(anchor).map_err(wrong)?;
    let month = from.month().next();
    let year = from.year() + i32::from(month == Month::January);
    let day = anchor.day().min(days_in_month(month, year));
    let date = time::Date::from_calendar_date(year, month, day).map_err(wrong)?;
    Ok(from.replace_date(date).unix_timestamp())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::a_month_later;

    #[test]
    fn a_month_that_began_on_the_last_day_ends_on_the_last_day() {
        let anchor = datetime!(2026-01-31 10:00 UTC).unix_timestamp();
        let february = a_month_later(anchor, anchor).expect("a time");
        assert_eq!(february, datetime!(2026-02-28 10:00 UTC).unix_timestamp());
        let march = a_month_later(february, anchor).expect("a time");
        assert_eq!(march, datetime!(2026-03-31 10:00 UTC).unix_timestamp());
        let december = datetime!(2026-12-05 0:00 UTC).unix_timestamp();
        let january = a_month_later(december, december).expect("a time");
        assert_eq!(january, datetime!(2027-01-05 0:00 UTC).unix_timestamp());
    }
}
