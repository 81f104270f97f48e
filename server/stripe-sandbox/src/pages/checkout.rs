//! The page of a checkout.

use axum::{
    extract::{Path, State as Shared},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde_json::Value;

use super::{button, dollars, page, refused};
use crate::{
    Sandbox,
    checkout::{self, Outcome, Step},
    error::ApiError,
    state::{State, number, text},
};

/// `GET /checkout/{id}`
pub async fn show(Shared(sandbox): Shared<Sandbox>, Path(id): Path<String>, uri: Uri) -> Response {
    let declined = uri.query() == Some("declined");
    sandbox.look(|state| match state.get("checkout.session", &id) {
        Err(e) => refused(&e),
        Ok(session) if session["status"] == "complete" => back_to_site(session),
        Ok(session) if session["status"] != "open" => {
            refused(&ApiError::invalid("This checkout has expired."))
        }
        Ok(session) => page("Checkout", body(state, session, declined)),
    })
}

fn body(state: &State, session: &Value, declined: bool) -> Markup {
    let id = text(session, "id");
    let price = state.get("price", text(&session["sandbox"], "price"));
    let name = price
        .and_then(|price| state.get("product", text(price, "product")))
        .map_or("", |product| text(product, "name"));
    let each = if session["mode"] == "subscription" {
        " each month"
    } else {
        ""
    };
    let intent = text(&session["sandbox"], "intent");
    let challenged = state
        .get("payment_intent", intent)
        .is_ok_and(|intent| intent["status"] == "requires_action");
    html! {
        h1 { (name) }
        p.amount { (dollars(number(session, "amount_total"))) (each) }
        @if declined { p role="alert" { "Your card was declined. Nothing was charged." } }
        @if challenged {
            p { "Your bank asks whether this is you (3-D Secure)." }
            (button(&format!("/checkout/{id}/confirm"), "Confirm", true))
            (button(&format!("/checkout/{id}/refuse"), "Refuse", false))
        } @else {
            (button(&format!("/checkout/{id}/pay"), "Pay", true))
            (button(&format!("/checkout/{id}/decline"), "Decline", false))
            (button(&format!("/checkout/{id}/authenticate"), "3-D Secure", false))
        }
        @if let Some(url) = session["cancel_url"].as_str() { a.back href=(url) { "Back" } }
        p.note { "“Decline” is a card that is refused, “3-D Secure” one whose bank asks first." }
    }
}

/// `POST /checkout/{id}/{step}`
pub async fn step(
    Shared(sandbox): Shared<Sandbox>,
    Path((id, step)): Path<(String, String)>,
) -> Response {
    let step = match step.as_str() {
        "pay" => Step::Pay,
        "decline" => Step::Decline,
        "authenticate" => Step::Authenticate,
        "confirm" => Step::Confirm,
        "refuse" => Step::Refuse,
        _ => return refused(&ApiError::unrecognized("POST", &step)),
    };
    sandbox.change(|state| {
        let outcome = match checkout::step(state, &id, step) {
            Ok(outcome) => outcome,
            Err(e) => return refused(&e),
        };
        match (outcome, state.get("checkout.session", &id)) {
            (Outcome::Complete, Ok(session)) => back_to_site(session),
            (Outcome::Challenge, _) => Redirect::to(&format!("/checkout/{id}")).into_response(),
            _ => Redirect::to(&format!("/checkout/{id}?declined")).into_response(),
        }
    })
}

/// Stripe puts the session's id where the address asks for it.
fn back_to_site(session: &Value) -> Response {
    let url = text(session, "success_url");
    if url.is_empty() {
        return page(
            "Checkout",
            html! { h1 { "Paid" } p { "You can close this page." } },
        );
    }
    let url = url.replace("{CHECKOUT_SESSION_ID}", text(session, "id"));
    Redirect::to(&url).into_response()
}
