//! Attempts at payments, refunds and disputes.

use serde_json::{Value, json};

use crate::{
    error::ApiError,
    objects,
    params::Params,
    state::{State, number, text},
};

/// Tries a card; tells what is known of it afterwards.
pub fn attempt(state: &mut State, intent: &str, pays: bool) -> Result<(), ApiError> {
    let charge = objects::charge(state, state.get("payment_intent", intent)?, pays)?;
    let charge_id = text(&charge, "id").to_owned();
    state.insert(charge);
    let found = state.change("payment_intent", intent)?;
    found["latest_charge"] = charge_id.clone().into();
    found["next_action"] = Value::Null;
    let (of_charge, of_intent) = if pays {
        found["status"] = "succeeded".into();
        found["amount_received"] = found["amount"].clone();
        found["last_payment_error"] = Value::Null;
        ("charge.succeeded", "payment_intent.succeeded")
    } else {
        found["status"] = "requires_payment_method".into();
        found["last_payment_error"] = json!({
            "type": "card_error", "code": "card_declined", "message": "Your card was declined.", "charge": charge_id,
        });
        ("charge.failed", "payment_intent.payment_failed")
    };
    state.happened("charge", &charge_id, of_charge)?;
    state.happened("payment_intent", intent, of_intent)
}

/// Gives money back (<https://docs.stripe.com/api/refunds/create>).
pub fn refund(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let charge_id = match (params.get("charge"), params.get("payment_intent")) {
        (Some(charge), _) => charge.to_owned(),
        (None, Some(intent)) => {
            let found = state
                .get("payment_intent", intent)
                .map_err(|_| ApiError::no_such("payment_intent", intent, "payment_intent"))?;
            text(found, "latest_charge").to_owned()
        }
        (None, None) => return Err(ApiError::missing("payment_intent")),
    };
    let charge = state.get("charge", &charge_id)?.clone();
    if charge["paid"] != true {
        return Err(ApiError::invalid("This charge has not been captured."));
    }
    let left = number(&charge, "amount") - number(&charge, "amount_refunded");
    if left == 0 {
        let message = format!("Charge {charge_id} has already been refunded.");
        return Err(ApiError::invalid(message));
    }
    let amount = params.number("amount").unwrap_or(left);
    if amount <= 0 || amount > left {
        let message = format!(
            "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        );
        return Err(ApiError::invalid(message));
    }
    let refund = objects::refund(state, &charge, amount, params)?;
    let refund_id = text(&refund, "id").to_owned();
    state.insert(refund.clone());
    let found = state.change("charge", &charge_id)?;
    found["amount_refunded"] = (number(found, "amount_refunded") + amount).into();
    found["refunded"] = (left == amount).into();
    state.happened("refund", &refund_id, "refund.created")?;
    state.happened("charge", &charge_id, "charge.refunded")?;
    Ok(refund)
}

/// The card's bank does not take a refund: the money comes back
/// (<https://docs.stripe.com/refunds#failed-refunds>).
pub fn fail_refund(state: &mut State, id: &str) -> Result<Value, ApiError> {
    let refund = state.change("refund", id)?;
    if refund["status"] != "succeeded" {
        return Err(ApiError::invalid("This refund cannot fail any more."));
    }
    refund["status"] = "failed".into();
    refund["failure_reason"] = "expired_or_canceled_card".into();
    let refund = refund.clone();
    let charge = state.change("charge", text(&refund, "charge"))?;
    charge["amount_refunded"] =
        (number(charge, "amount_refunded") - number(&refund, "amount")).into();
    charge["refunded"] = false.into();
    state.happened("refund", id, "refund.failed")?;
    Ok(refund)
}

/// The cardholder contests a charge.
pub fn dispute(state: &mut State, charge: &str) -> Result<Value, ApiError> {
    let found = state.get("charge", charge)?.clone();
    if found["paid"] != true || found["disputed"] == true {
        return Err(ApiError::invalid("This charge cannot be disputed."));
    }
    let dispute = objects::dispute(state, &found)?;
    let id = text(&dispute, "id").to_owned();
    state.insert(dispute.clone());
    state.change("charge", charge)?["disputed"] = true.into();
    state.happened("dispute", &id, "charge.dispute.created")?;
    state.happened("dispute", &id, "charge.dispute.funds_withdrawn")?;
    Ok(dispute)
}

/// The bank decides.
pub fn close_dispute(state: &mut State, id: &str, won: bool) -> Result<Value, ApiError> {
    let dispute = state.change("dispute", id)?;
    if dispute["status"] != "needs_response" {
        return Err(ApiError::invalid("This dispute is already closed."));
    }
    dispute["status"] = if won { "won" } else { "lost" }.into();
    let dispute = dispute.clone();
    state.happened("dispute", id, "charge.dispute.closed")?;
    if won {
        state.happened("dispute", id, "charge.dispute.funds_reinstated")?;
    }
    Ok(dispute)
}
