//! Checkout sessions: made by the API, ended on their page.

use serde_json::{Value, json};

use crate::{
    error::ApiError,
    objects,
    params::Params,
    payments,
    state::{State, number, text},
    subscriptions,
};

/// A session is open for a day.
const OPEN: i64 = 24 * 60 * 60;

/// Begins a checkout (<https://docs.stripe.com/api/checkout/sessions/create>).
pub fn create(state: &mut State, base: &str, params: &Params) -> Result<Value, ApiError> {
    let mode = params
        .get("mode")
        .ok_or_else(|| ApiError::missing("mode"))?;
    if !matches!(mode, "payment" | "subscription") {
        return Err(ApiError::invalid(format!("Invalid mode: {mode}")));
    }
    let customer = params
        .get("customer")
        .ok_or_else(|| ApiError::missing("customer"))?;
    state
        .get("customer", customer)
        .map_err(|_| ApiError::no_such("customer", customer, "customer"))?;
    let price = params
        .get("line_items.0.price")
        .ok_or_else(|| ApiError::missing("line_items[0][price]"))?;
    let found = state
        .get("price", price)
        .map_err(|_| ApiError::no_such("price", price, "line_items[0][price]"))?;
    if found["recurring"].is_null() == (mode == "subscription") {
        return Err(ApiError::invalid(
            "You specified `payment` mode but passed a recurring price, or the other way round.",
        ));
    }
    let quantity = params.number("line_items.0.quantity").unwrap_or(1);
    let total = number(found, "unit_amount") * quantity;
    let id = state.new_id("cs_test")?;
    let text_of = json!({
        "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null,
    });
    let session = json!({
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": false},
        "allow_promotion_codes": null,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null},
        "billing_address_collection": null,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": state.now(),
        "currency": found["currency"],
        "custom_fields": [],
        "custom_text": text_of,
        "customer": customer,
        "customer_creation": null,
        "customer_details": null,
        "customer_email": null,
        "expires_at": state.now() + OPEN,
        "invoice": null,
        "livemode": false,
        "locale": params.get("locale"),
        "metadata": params.metadata("metadata"),
        "mode": mode,
        "payment_intent": null,
        "payment_link": null,
        "payment_method_collection": if mode == "subscription" { Value::from("always") } else { Value::Null },
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": false},
        "recovered_from": null,
        "setup_intent": null,
        "shipping_address_collection": null,
        "shipping_cost": null,
        "shipping_options": [],
        "status": "open",
        "submit_type": null,
        "subscription": null,
        "success_url": params.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted",
        "url": format!("{base}/checkout/{id}"),
        // Below: not Stripe's; what the page needs to know. The API shows it all the same.
        "sandbox": {
            "price": price,
            "quantity": quantity,
            "of_payment": params.metadata("payment_intent_data.metadata"),
            "of_subscription": params.metadata("subscription_data.metadata"),
        },
    });
    state.insert(session.clone());
    Ok(session)
}

/// Ends a checkout that nobody has paid.
pub fn expire(state: &mut State, id: &str) -> Result<Value, ApiError> {
    let session = state.change("checkout.session", id)?;
    if session["status"] != "open" {
        return Err(ApiError::invalid(
            "Only Checkout Sessions with a status in [\"open\"] can be expired.",
        ));
    }
    session["status"] = "expired".into();
    session["url"] = Value::Null;
    let session = session.clone();
    state.happened("checkout.session", id, "checkout.session.expired")?;
    Ok(session)
}

/// What a person does on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Pays with a card that is good.
    Pay,
    /// Pays with a card that is declined.
    Decline,
    /// Pays with a card whose bank wants to know more.
    Authenticate,
    /// Tells the bank that it is them.
    Confirm,
    /// Does not.
    Refuse,
}

/// What a step led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Paid: back to the site.
    Complete,
    /// The card was declined; another may be tried.
    Declined,
    /// The bank wants to know more.
    Challenge,
}

/// A person does a step on the page of an open session.
pub fn step(state: &mut State, id: &str, step: Step) -> Result<Outcome, ApiError> {
    let session = state.get("checkout.session", id)?.clone();
    if session["status"] == "complete" {
        return Ok(Outcome::Complete);
    }
    if session["status"] != "open" || number(&session, "expires_at") < state.now() {
        return Err(ApiError::invalid("This checkout has expired."));
    }
    let intent = intent_of(state, &session)?;
    match step {
        Step::Authenticate => {
            let open = state.change("payment_intent", &intent)?;
            open["status"] = "requires_action".into();
            open["next_action"] = json!({"type": "use_stripe_sdk", "use_stripe_sdk": {}});
            state.happened("payment_intent", &intent, "payment_intent.requires_action")?;
            Ok(Outcome::Challenge)
        }
        Step::Decline | Step::Refuse => {
            payments::attempt(state, &intent, false)?;
            Ok(Outcome::Declined)
        }
        Step::Confirm if state.get("payment_intent", &intent)?["status"] != "requires_action" => {
            Err(ApiError::invalid("Nothing is to be confirmed."))
        }
        Step::Pay | Step::Confirm => complete(state, id, &session, &intent),
    }
}

/// The payment of a session, made at the first attempt.
fn intent_of(state: &mut State, session: &Value) -> Result<String, ApiError> {
    let (id, customer) = (text(session, "id"), objects::customer_of(session));
    if let Some(intent) = session["sandbox"]["intent"].as_str() {
        return Ok(intent.to_owned());
    }
    let metadata = session["sandbox"]["of_payment"].clone();
    let amount = number(session, "amount_total");
    let intent = objects::payment_intent(state, customer, amount, metadata)?;
    let intent_id = text(&intent, "id").to_owned();
    state.insert(intent);
    state.happened("payment_intent", &intent_id, "payment_intent.created")?;
    let session = state.change("checkout.session", id)?;
    session["sandbox"]["intent"] = intent_id.clone().into();
    if session["mode"] == "payment" {
        session["payment_intent"] = intent_id.clone().into();
    }
    Ok(intent_id)
}

fn complete(
    state: &mut State,
    id: &str,
    session: &Value,
    intent: &str,
) -> Result<Outcome, ApiError> {
    payments::attempt(state, intent, true)?;
    state.set_card(objects::customer_of(session), true);
    let mut made = (Value::Null, Value::Null);
    if session["mode"] == "subscription" {
        made = subscriptions::begin(state, session, intent)?;
    }
    let session = state.change("checkout.session", id)?;
    session["status"] = "complete".into();
    session["payment_status"] = "paid".into();
    session["url"] = Value::Null;
    (session["subscription"], session["invoice"]) = made;
    state.happened("checkout.session", id, "checkout.session.completed")?;
    Ok(Outcome::Complete)
}
