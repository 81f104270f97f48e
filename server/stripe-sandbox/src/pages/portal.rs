//! The page of the billing portal.

use axum::{
    extract::{Path, State as Shared},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde_json::Value;

use super::{button, dollars, page, refused};
use crate::{
    Sandbox, clock,
    error::ApiError,
    objects::{self, item},
    params::Params,
    payments,
    state::{State, number, text},
    subscriptions,
};

/// `GET /portal/{id}`
pub async fn show(Shared(sandbox): Shared<Sandbox>, Path(id): Path<String>) -> Response {
    sandbox.look(|state| match state.get("billing_portal.session", &id) {
        Err(e) => refused(&e),
        Ok(session) => page("Billing portal", body(state, session)),
    })
}

fn body(state: &State, session: &Value) -> Markup {
    let customer = objects::customer_of(session);
    let to = |step: &str| format!("/portal/{}/{step}", text(session, "id"));
    let mine = |object: &&Value| object["customer"] == customer;
    let subscription = current(state, customer);
    html! {
        h1 { "Billing portal" }
        @if let Some(subscription) = subscription {
            @let price = &item(subscription)["price"];
            p.amount { (text(price, "nickname")) ", " (dollars(number(price, "unit_amount"))) " each month" }
            p { "Status: " (text(subscription, "status")) @if subscription["cancel_at_period_end"] == true { ", ends with this period" } }
            h2 { "Change plan" }
            @for other in state.all("price").filter(|p| !p["recurring"].is_null() && p["id"] != price["id"]) {
                (button(&to(text(other, "id")), &format!("{} at {}", text(other, "nickname"), dollars(number(other, "unit_amount"))), false))
            }
            h2 { "Subscription" }
            @if subscription["cancel_at_period_end"] == true { (button(&to("resume"), "Resume", true)) }
            @else { (button(&to("cancel"), "Cancel at the end of the period", false)) }
        } @else { p { "There is no subscription." } }
        h2 { "Card" }
        @if state.card_pays(customer) { p { "The card pays." } (button(&to("bad-card"), "Use a card that will decline next time", false)) }
        @else { p { "The card will be declined." } (button(&to("good-card"), "Use a card that pays", true)) }
        h2 { "Invoices" }
        ul { @for invoice in state.all("invoice").filter(mine).take(12) {
            li { (text(invoice, "number")) ": " (dollars(number(invoice, "amount_due"))) ", " (text(invoice, "status")) }
        } }
        h2 { "Sandbox" }
        @if subscription.is_some() { (button(&to("advance"), "Go on to the next renewal", false)) }
        (button(&to("dispute"), "Dispute the last payment", false))
        @if let Some(url) = session["return_url"].as_str() { a.back href=(url) { "Back" } }
    }
}

/// The subscription of a customer that goes on.
fn current<'a>(state: &'a State, customer: &str) -> Option<&'a Value> {
    state
        .all("subscription")
        .find(|s| s["customer"] == customer && s["status"] != "canceled")
}

/// `POST /portal/{id}/{step}`
pub async fn step(
    Shared(sandbox): Shared<Sandbox>,
    Path((id, step)): Path<(String, String)>,
) -> Response {
    sandbox.change(|state| match does(state, &id, &step) {
        Ok(()) => Redirect::to(&format!("/portal/{id}")).into_response(),
        Err(e) => refused(&e),
    })
}

fn does(state: &mut State, id: &str, step: &str) -> Result<(), ApiError> {
    let session = state.get("billing_portal.session", id)?;
    let customer = objects::customer_of(session).to_owned();
    let subscription = current(state, &customer).cloned();
    let asked = match (step, &subscription) {
        ("good-card", _) => return good_card(state, &customer, subscription.as_ref()),
        ("bad-card", _) => {
            state.set_card(&customer, false);
            return Ok(());
        }
        ("dispute", _) => {
            let paid = |c: &&Value| c["customer"] == customer && c["paid"] == true;
            let last = state
                .all("charge")
                .find(paid)
                .map(|c| text(c, "id").to_owned());
            let last = last.ok_or_else(|| ApiError::invalid("Nothing was paid yet."))?;
            return payments::dispute(state, &last).map(drop);
        }
        ("advance", _) => {
            let next = clock::next_renewal(state, &customer);
            return clock::advance(state, next.unwrap_or_default());
        }
        (_, None) => return Err(ApiError::invalid("There is no subscription.")),
        ("cancel", _) => "cancel_at_period_end=true".to_owned(),
        ("resume", _) => "cancel_at_period_end=false".to_owned(),
        (price, Some(subscription)) => {
            let before = number(&item(subscription)["price"], "unit_amount");
            let dearer = number(state.get("price", price)?, "unit_amount") > before;
            let proration = if dearer { "always_invoice" } else { "none" };
            let item = text(item(subscription), "id");
            format!(
                "items[0][id]={item}&items[0][price]={price}&proration_behavior={proration}&payment_behavior=error_if_incomplete"
            )
        }
    };
    let subscription = subscription.as_ref().map_or("", |s| text(s, "id"));
    subscriptions::update(state, subscription, &Params::parse(asked.as_bytes())).map(drop)
}

/// A card that pays, and pays at once what is open.
fn good_card(
    state: &mut State,
    customer: &str,
    subscription: Option<&Value>,
) -> Result<(), ApiError> {
    state.set_card(customer, true);
    let Some(subscription) = subscription else {
        return Ok(());
    };
    let invoice = text(subscription, "latest_invoice").to_owned();
    if state.get("invoice", &invoice)?["status"] == "open" {
        subscriptions::collect_for(state, text(subscription, "id"), &invoice)?;
    }
    Ok(())
}
