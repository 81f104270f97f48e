//! Objects as the API shows them: the fields that Stripe always sends, for the version
//! [`crate::state::API_VERSION`] (<https://docs.stripe.com/api>).

use serde_json::{Value, json};

use crate::{
    error::ApiError,
    params::Params,
    state::{State, number, text},
};

/// A customer.
pub fn customer(state: &State, params: &Params) -> Result<Value, ApiError> {
    Ok(json!({
        "id": state.new_id("cus")?,
        "object": "customer",
        "address": null,
        "balance": 0,
        "created": state.now(),
        "currency": null,
        "default_source": null,
        "delinquent": false,
        "description": params.get("description"),
        "email": params.get("email"),
        "invoice_prefix": null,
        "invoice_settings": {
            "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null,
        },
        "livemode": false,
        "metadata": params.metadata("metadata"),
        "name": params.get("name"),
        "phone": null,
        "preferred_locales": [],
        "shipping": null,
        "tax_exempt": "none",
        "test_clock": null,
    }))
}

/// A product; its parameters lie below `under`.
pub fn product(state: &State, params: &Params, under: &str) -> Result<Value, ApiError> {
    let name = params.get(&format!("{under}name"));
    Ok(json!({
        "id": state.new_id("prod")?,
        "object": "product",
        "active": true,
        "created": state.now(),
        "default_price": null,
        "description": params.get(&format!("{under}description")),
        "images": [],
        "livemode": false,
        "marketing_features": [],
        "metadata": params.metadata(&format!("{under}metadata")),
        "name": name.ok_or_else(|| ApiError::missing("name"))?,
        "package_dimensions": null,
        "shippable": null,
        "statement_descriptor": null,
        "tax_code": params.get(&format!("{under}tax_code")),
        "type": "service",
        "unit_label": null,
        "updated": state.now(),
        "url": null,
    }))
}

/// A price of a product.
pub fn price(state: &State, params: &Params, product: &str) -> Result<Value, ApiError> {
    let amount = params.number("unit_amount").filter(|amount| *amount >= 0);
    let amount = amount.ok_or_else(|| ApiError::missing("unit_amount"))?;
    let currency = params
        .get("currency")
        .ok_or_else(|| ApiError::missing("currency"))?;
    let interval = params.get("recurring.interval");
    let recurring = interval.map(|interval| {
        json!({"interval": interval, "interval_count": 1, "meter": null, "trial_period_days": null, "usage_type": "licensed"})
    });
    Ok(json!({
        "id": state.new_id("price")?,
        "object": "price",
        "active": true,
        "billing_scheme": "per_unit",
        "created": state.now(),
        "currency": currency,
        "custom_unit_amount": null,
        "livemode": false,
        "lookup_key": params.get("lookup_key"),
        "metadata": params.metadata("metadata"),
        "nickname": params.get("nickname"),
        "product": product,
        "recurring": recurring,
        "tax_behavior": "unspecified",
        "tiers_mode": null,
        "transform_quantity": null,
        "type": if interval.is_some() { "recurring" } else { "one_time" },
        "unit_amount": amount,
        "unit_amount_decimal": amount.to_string(),
    }))
}

/// A payment that is to be made.
pub fn payment_intent(
    state: &State,
    customer: &str,
    amount: i64,
    metadata: Value,
) -> Result<Value, ApiError> {
    let id = state.new_id("pi")?;
    let secret = state.new_id(&format!("{id}_secret"))?;
    Ok(json!({
        "id": id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": null,
        "canceled_at": null,
        "cancellation_reason": null,
        "capture_method": "automatic",
        "client_secret": secret,
        "confirmation_method": "automatic",
        "created": state.now(),
        "currency": "usd",
        "customer": customer,
        "description": null,
        "last_payment_error": null,
        "latest_charge": null,
        "livemode": false,
        "metadata": metadata,
        "next_action": null,
        "on_behalf_of": null,
        "payment_method": null,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": null,
        "receipt_email": null,
        "setup_future_usage": null,
        "shipping": null,
        "source": null,
        "statement_descriptor": null,
        "status": "requires_payment_method",
        "transfer_data": null,
        "transfer_group": null,
    }))
}

/// An attempt at a payment.
pub fn charge(state: &State, intent: &Value, pays: bool) -> Result<Value, ApiError> {
    let amount = number(intent, "amount");
    let captured = if pays { amount } else { 0 };
    let outcome = if pays {
        json!({"network_status": "approved_by_network", "reason": null, "risk_level": "normal", "seller_message": "Payment complete.", "type": "authorized"})
    } else {
        json!({"network_status": "declined_by_network", "reason": "generic_decline", "risk_level": "normal", "seller_message": "The bank did not return any further details with this decline.", "type": "issuer_declined"})
    };
    Ok(json!({
        "id": state.new_id("ch")?,
        "object": "charge",
        "amount": amount,
        "amount_captured": captured,
        "amount_refunded": 0,
        "application": null,
        "application_fee": null,
        "application_fee_amount": null,
        "balance_transaction": null,
        "billing_details": {
            "address": {"city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null},
            "email": null, "name": null, "phone": null, "tax_id": null,
        },
        "calculated_statement_descriptor": "SANDBOX",
        "captured": pays,
        "created": state.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": null,
        "disputed": false,
        "failure_balance_transaction": null,
        "failure_code": if pays { Value::Null } else { "card_declined".into() },
        "failure_message": if pays { Value::Null } else { "Your card was declined.".into() },
        "fraud_details": {},
        "livemode": false,
        "metadata": intent["metadata"],
        "on_behalf_of": null,
        "outcome": outcome,
        "paid": pays,
        "payment_intent": intent["id"],
        "payment_method": null,
        "payment_method_details": {"card": {
            "brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2040, "funding": "credit", "last4": "4242", "network": "visa",
        }, "type": "card"},
        "receipt_email": null,
        "receipt_number": null,
        "receipt_url": null,
        "refunded": false,
        "review": null,
        "shipping": null,
        "source": null,
        "source_transfer": null,
        "statement_descriptor": null,
        "status": if pays { "succeeded" } else { "failed" },
        "transfer_data": null,
        "transfer_group": null,
    }))
}

/// Money that goes back.
pub fn refund(
    state: &State,
    charge: &Value,
    amount: i64,
    params: &Params,
) -> Result<Value, ApiError> {
    Ok(json!({
        "id": state.new_id("re")?,
        "object": "refund",
        "amount": amount,
        "balance_transaction": null,
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": params.metadata("metadata"),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": "succeeded",
        "transfer_reversal": null,
    }))
}

/// What a cardholder contests.
pub fn dispute(state: &State, charge: &Value) -> Result<Value, ApiError> {
    Ok(json!({
        "id": state.new_id("du")?,
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": state.now() + 7 * 24 * 60 * 60, "enhanced_eligibility": {},
            "has_evidence": false, "past_due": false, "submission_count": 0,
        },
        "is_charge_refundable": false,
        "livemode": false,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": "fraudulent",
        "status": "needs_response",
    }))
}

/// A visit to the portal.
pub fn portal_session(state: &State, base: &str, params: &Params) -> Result<Value, ApiError> {
    let customer = params
        .get("customer")
        .ok_or_else(|| ApiError::missing("customer"))?;
    state
        .get("customer", customer)
        .map_err(|_| ApiError::no_such("customer", customer, "customer"))?;
    let id = state.new_id("bps")?;
    Ok(json!({
        "id": id,
        "object": "billing_portal.session",
        "configuration": "bpc_sandbox",
        "created": state.now(),
        "customer": customer,
        "flow": null,
        "livemode": false,
        "locale": params.get("locale"),
        "on_behalf_of": null,
        "return_url": params.get("return_url"),
        "url": format!("{base}/portal/{id}"),
    }))
}

/// The one price of a subscription, its item, and the ends of the period that it is paid for.
pub fn item(subscription: &Value) -> &Value {
    &subscription["items"]["data"][0]
}

/// When the period of a subscription ends, in Unix seconds.
pub fn period_end(subscription: &Value) -> i64 {
    number(item(subscription), "current_period_end")
}

/// The customer of an object.
pub fn customer_of(object: &Value) -> &str {
    text(object, "customer")
}
