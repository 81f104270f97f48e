//! Invoices of subscriptions, and their payment.

use serde_json::{Value, json};

use crate::{
    error::ApiError,
    objects, payments,
    state::{State, number, text},
};

/// The sandbox's clock tries a declined card again after so many days (Stripe's default schedule of retries
/// before Smart Retries: 3, 5 and 7 days), and then gives up.
const RETRIES: [i64; 3] = [3, 5, 7];
const DAY: i64 = 24 * 60 * 60;

/// A line: what it is for, in which time.
pub struct Line<'a> {
    /// The price.
    pub price: &'a Value,
    /// In cents; negative for time that was paid for and is not used.
    pub amount: i64,
    /// In Unix seconds.
    pub period: (i64, i64),
    /// Whether it is for a part of a period.
    pub proration: bool,
}

/// Makes an invoice that is to be paid now.
pub fn create(
    state: &mut State,
    subscription: &Value,
    reason: &str,
    lines: &[Line<'_>],
) -> Result<String, ApiError> {
    let id = state.new_id("in")?;
    state.invoices += 1;
    let total: i64 = lines.iter().map(|line| line.amount).sum();
    // What would be less than nothing, Stripe keeps as the customer's balance; the sandbox forgets it.
    let due = total.max(0);
    let mut rows = Vec::new();
    for line in lines {
        rows.push(row(state, &id, subscription, line)?);
    }
    let now = state.now();
    let period = (
        lines.iter().map(|line| line.period.0).min().unwrap_or(now),
        lines.iter().map(|line| line.period.1).max().unwrap_or(now),
    );
    let invoice = json!({
        "id": id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Sandbox",
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": due,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": false,
        "auto_advance": true,
        "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null},
        "automatically_finalizes_at": null,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": "usd",
        "custom_fields": null,
        "customer": subscription["customer"],
        "customer_email": null,
        "default_payment_method": null,
        "default_tax_rates": [],
        "description": null,
        "discounts": [],
        "due_date": null,
        "effective_at": now,
        "ending_balance": 0,
        "footer": null,
        "from_invoice": null,
        "hosted_invoice_url": null,
        "invoice_pdf": null,
        "issuer": {"type": "self"},
        "last_finalization_error": null,
        "latest_revision": null,
        "lines": {"object": "list", "data": rows, "has_more": false, "total_count": rows.len(), "url": format!("/v1/invoices/{id}/lines")},
        "livemode": false,
        "metadata": {},
        "next_payment_attempt": null,
        "number": format!("SANDBOX-{:04}", state.invoices),
        "on_behalf_of": null,
        "parent": {
            "type": "subscription_details",
            "quote_details": null,
            "subscription_details": {"metadata": subscription["metadata"], "subscription": subscription["id"]},
        },
        "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null},
        "period_end": period.1,
        "period_start": period.0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": null,
        "starting_balance": 0,
        "statement_descriptor": null,
        "status": "open",
        "status_transitions": {"finalized_at": now, "marked_uncollectible_at": null, "paid_at": null, "voided_at": null},
        "subtotal": total,
        "test_clock": null,
        "total": total,
        "total_taxes": [],
        "webhooks_delivered_at": null,
    });
    state.insert(invoice);
    state.happened("invoice", &id, "invoice.created")?;
    state.happened("invoice", &id, "invoice.finalized")?;
    Ok(id)
}

fn row(
    state: &State,
    invoice: &str,
    subscription: &Value,
    line: &Line<'_>,
) -> Result<Value, ApiError> {
    Ok(json!({
        "id": state.new_id("il")?,
        "object": "line_item",
        "amount": line.amount,
        "currency": "usd",
        "description": line.price["nickname"],
        "discount_amounts": [],
        "discountable": !line.proration,
        "discounts": [],
        "invoice": invoice,
        "livemode": false,
        "metadata": {},
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": null,
            "subscription_item_details": {
                "invoice_item": null,
                "proration": line.proration,
                "proration_details": null,
                "subscription": subscription["id"],
                "subscription_item": objects::item(subscription)["id"],
            },
        },
        "period": {"start": line.period.0, "end": line.period.1},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": line.price["id"], "product": line.price["product"]},
            "unit_amount_decimal": line.price["unit_amount_decimal"],
        },
        "quantity": 1,
        "subtotal": line.amount,
        "taxes": [],
    }))
}

/// Tries to collect an open invoice; says whether it is paid now.
pub fn collect(state: &mut State, id: &str) -> Result<bool, ApiError> {
    let invoice = state.get("invoice", id)?.clone();
    let due = number(&invoice, "amount_due");
    if due == 0 {
        settle(state, id, None)?;
        return Ok(true);
    }
    let customer = objects::customer_of(&invoice).to_owned();
    let pays = state.card_pays(&customer);
    let intent = match intent_of(state, id) {
        Some(intent) => intent,
        None => {
            let intent = objects::payment_intent(state, &customer, due, json!({}))?;
            let intent_id = text(&intent, "id").to_owned();
            state.insert(intent);
            pay_with(state, id, &intent_id)?;
            intent_id
        }
    };
    payments::attempt(state, &intent, pays)?;
    if pays {
        settle(state, id, Some(&intent))?;
    } else {
        refuse(state, id)?;
    }
    Ok(pays)
}

fn refuse(state: &mut State, id: &str) -> Result<(), ApiError> {
    let now = state.now();
    let invoice = state.change("invoice", id)?;
    let attempts = number(invoice, "attempt_count") + 1;
    let next = usize::try_from(attempts - 1)
        .ok()
        .and_then(|n| RETRIES.get(n));
    invoice["attempted"] = true.into();
    invoice["attempt_count"] = attempts.into();
    invoice["next_payment_attempt"] = next.map_or(Value::Null, |days| (now + days * DAY).into());
    state.happened("invoice", id, "invoice.payment_failed")
}

/// An invoice is paid: by this payment, or because nothing is due.
pub fn settle(state: &mut State, id: &str, intent: Option<&str>) -> Result<(), ApiError> {
    if let Some(intent) = intent {
        pay_with(state, id, intent)?;
        let payment = payment_of(state, id);
        if let Some(payment) = payment {
            state.change("invoice_payment", &payment)?["status"] = "paid".into();
        }
    }
    let now = state.now();
    let invoice = state.change("invoice", id)?;
    invoice["status"] = "paid".into();
    invoice["amount_paid"] = invoice["amount_due"].clone();
    invoice["amount_remaining"] = 0.into();
    invoice["attempted"] = true.into();
    invoice["attempt_count"] = (number(invoice, "attempt_count") + 1).into();
    invoice["next_payment_attempt"] = Value::Null;
    invoice["status_transitions"]["paid_at"] = now.into();
    state.happened("invoice", id, "invoice.paid")?;
    state.happened("invoice", id, "invoice.payment_succeeded")
}

/// Ties a payment to an invoice, once.
fn pay_with(state: &mut State, invoice: &str, intent: &str) -> Result<(), ApiError> {
    if payment_of(state, invoice).is_some() {
        return Ok(());
    }
    let amount = number(state.get("invoice", invoice)?, "amount_due");
    let payment = json!({
        "id": state.new_id("inpay")?,
        "object": "invoice_payment",
        "amount_paid": amount,
        "amount_requested": amount,
        "created": state.now(),
        "currency": "usd",
        "invoice": invoice,
        "is_default": true,
        "livemode": false,
        "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": null, "paid_at": null},
    });
    state.insert(payment);
    Ok(())
}

fn payment_of(state: &State, invoice: &str) -> Option<String> {
    let mut all = state.all("invoice_payment");
    let found = all.find(|payment| payment["invoice"] == invoice)?;
    Some(text(found, "id").to_owned())
}

fn intent_of(state: &State, invoice: &str) -> Option<String> {
    let mut all = state.all("invoice_payment");
    let found = all.find(|payment| payment["invoice"] == invoice)?;
    Some(text(&found["payment"], "payment_intent").to_owned())
}
