//! What the API answers: one table of methods and paths.

use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{
    Sandbox, checkout, clock,
    error::ApiError,
    list::list,
    objects,
    params::Params,
    payments,
    state::{Answered, State},
    subscriptions,
};

/// Answers a request to the API.
pub async fn answer(
    Shared(sandbox): Shared<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_authorized(&sandbox, &headers) {
        return ApiError::unauthorized().into_response();
    }
    let params = match method {
        Method::GET | Method::DELETE => Params::parse(uri.query().unwrap_or_default().as_bytes()),
        _ => Params::parse(&body),
    };
    let key = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok())
        .filter(|_| method == Method::POST);
    let (status, body) = sandbox.change(|state| {
        let fingerprint = params.fingerprint(method.as_str(), uri.path());
        if let Some(known) = key.and_then(|key| state.answered.get(key)) {
            if known.fingerprint == fingerprint {
                return (known.status, known.body.clone());
            }
            let refused = ApiError::idempotency();
            return (refused.status, refused.body);
        }
        let answer = route(state, &sandbox, &method, uri.path(), &params);
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(error) => (error.status, error.body),
        };
        // Stripe keeps what was begun, also a refusal of the card, but not what was wrong from the start.
        if let Some(key) = key.filter(|_| status == 200 || status == 402) {
            let answered = Answered {
                fingerprint,
                status,
                body: body.clone(),
                at: state.real_now,
            };
            state.answered.insert(key.to_owned(), answered);
        }
        (status, body)
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

fn is_authorized(sandbox: &Sandbox, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok());
    given.and_then(|value| value.strip_prefix("Bearer "))
        == Some(sandbox.options().secret_key.expose_secret())
}

fn route(
    state: &mut State,
    sandbox: &Sandbox,
    method: &Method,
    path: &str,
    params: &Params,
) -> Result<Value, ApiError> {
    if params.below("expand").into_iter().next().is_some() {
        return Err(ApiError::invalid("The sandbox expands nothing."));
    }
    let base = sandbox.options().base_url.as_str();
    let parts: Vec<&str> = path.trim_matches('/').split('/').skip(1).collect();
    let get = |kind: &str, id: &str| state.get(kind, id).cloned();
    match (method.as_str(), parts.as_slice()) {
        ("POST", ["customers"]) => {
            let made = objects::customer(state, params)?;
            keep(state, made, Some("customer.created"))
        }
        ("GET", ["customers", id]) => get("customer", id),
        ("POST", ["products"]) => {
            let made = objects::product(state, params, "")?;
            keep(state, made, Some("product.created"))
        }
        ("GET", ["products", id]) => get("product", id),
        ("POST", ["prices"]) => price(state, params),
        ("GET", ["prices", id]) => get("price", id),
        ("POST", ["checkout", "sessions"]) => checkout::create(state, base, params),
        ("GET", ["checkout", "sessions", id]) => get("checkout.session", id),
        ("POST", ["checkout", "sessions", id, "expire"]) => checkout::expire(state, id),
        ("GET", ["payment_intents", id]) => get("payment_intent", id),
        ("GET", ["charges", id]) => get("charge", id),
        ("POST", ["refunds"]) => payments::refund(state, params),
        ("GET", ["refunds", id]) => get("refund", id),
        ("GET", ["subscriptions", id]) => get("subscription", id),
        ("POST", ["subscriptions", id]) => subscriptions::update(state, id, params),
        ("DELETE", ["subscriptions", id]) => {
            subscriptions::cancel(state, id, "cancellation_requested")
        }
        ("GET", ["invoices", id]) => get("invoice", id),
        ("POST", ["billing_portal", "sessions"]) => {
            let made = objects::portal_session(state, base, params)?;
            keep(state, made, None)
        }
        ("GET", ["disputes", id]) => get("dispute", id),
        ("GET", ["events", id]) => get("event", id),
        ("GET", path) => listed(path).map_or_else(
            || Err(ApiError::unrecognized("GET", &path.join("/"))),
            |(kind, filters)| {
                list(
                    state,
                    kind,
                    &format!("/v1/{}", path.join("/")),
                    filters,
                    params,
                )
            },
        ),
        ("POST", ["test_helpers", rest @ ..]) => help(state, rest, params),
        (method, _) => Err(ApiError::unrecognized(method, path)),
    }
}

/// The kinds that are listed, and what each can be filtered by: a parameter, and where its value is.
fn listed(path: &[&str]) -> Option<(&'static str, &'static [(&'static str, &'static str)])> {
    const CUSTOMER: (&str, &str) = ("customer", "/customer");
    const STATUS: (&str, &str) = ("status", "/status");
    const INTENT: (&str, &str) = ("payment_intent", "/payment_intent");
    const CHARGE: (&str, &str) = ("charge", "/charge");
    const SUBSCRIPTION: (&str, &str) = ("subscription", "/subscription");
    Some(match path {
        ["customers"] => ("customer", &[("email", "/email")]),
        ["products"] => ("product", &[]),
        ["prices"] => (
            "price",
            &[("lookup_keys", "/lookup_key"), ("product", "/product")],
        ),
        ["checkout", "sessions"] => (
            "checkout.session",
            &[CUSTOMER, STATUS, INTENT, SUBSCRIPTION],
        ),
        ["payment_intents"] => ("payment_intent", &[CUSTOMER]),
        ["charges"] => ("charge", &[CUSTOMER, INTENT]),
        ["refunds"] => ("refund", &[CHARGE, INTENT]),
        ["subscriptions"] => ("subscription", &[CUSTOMER, STATUS]),
        ["invoices"] => (
            "invoice",
            &[
                CUSTOMER,
                STATUS,
                ("subscription", "/parent/subscription_details/subscription"),
            ],
        ),
        ["invoice_payments"] => (
            "invoice_payment",
            &[
                ("invoice", "/invoice"),
                ("payment.payment_intent", "/payment/payment_intent"),
            ],
        ),
        ["disputes"] => ("dispute", &[CHARGE, INTENT]),
        ["events"] => ("event", &[("type", "/type")]),
        _ => return None,
    })
}

fn keep(state: &mut State, object: Value, what: Option<&str>) -> Result<Value, ApiError> {
    let id = object["id"].as_str().unwrap_or_default().to_owned();
    let kind = object["object"].as_str().unwrap_or_default().to_owned();
    state.insert(object.clone());
    if let Some(what) = what {
        state.happened(&kind, &id, what)?;
    }
    Ok(object)
}

fn price(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    if let Some(key) = params.get("lookup_key")
        && state.all("price").any(|price| price["lookup_key"] == key)
    {
        let message = format!("A price with lookup key '{key}' already exists.");
        return Err(ApiError::invalid(message));
    }
    let product = match params.get("product") {
        Some(product) => {
            state
                .get("product", product)
                .map_err(|_| ApiError::no_such("product", product, "product"))?;
            product.to_owned()
        }
        None => {
            let made = objects::product(state, params, "product_data.")?;
            let made = keep(state, made, Some("product.created"))?;
            made["id"].as_str().unwrap_or_default().to_owned()
        }
    };
    let made = objects::price(state, params, &product)?;
    keep(state, made, Some("price.created"))
}

/// What stands for the world outside: time, cards and banks. Stripe has such helpers too, under other names.
fn help(state: &mut State, path: &[&str], params: &Params) -> Result<Value, ApiError> {
    match path {
        ["test_clocks", "sandbox", "advance"] => {
            let to = params.number("frozen_time");
            clock::advance(state, to.ok_or_else(|| ApiError::missing("frozen_time"))?)?;
        }
        ["customers", id, "card"] => {
            state.get("customer", id)?;
            let pays = params.flag("pays");
            state.set_card(id, pays.ok_or_else(|| ApiError::missing("pays"))?);
        }
        ["charges", id, "dispute"] => return payments::dispute(state, id),
        ["refunds", id, "fail"] => return payments::fail_refund(state, id),
        ["disputes", id, "close"] => {
            let won = params.flag("won").ok_or_else(|| ApiError::missing("won"))?;
            return payments::close_dispute(state, id, won);
        }
        _ => return Err(ApiError::unrecognized("POST", &path.join("/"))),
    }
    Ok(
        json!({"object": "test_helpers.test_clock", "id": "sandbox", "frozen_time": state.now(), "status": "ready"}),
    )
}
