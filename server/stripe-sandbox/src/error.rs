//! Errors as Stripe tells them (<https://docs.stripe.com/api/errors>).

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// A refusal: its status, and the error object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// What is answered.
    pub body: Value,
}

impl ApiError {
    fn new(status: u16, kind: &str, message: impl Into<String>) -> Self {
        let error = json!({"type": kind, "message": message.into()});
        Self {
            status,
            body: json!({ "error": error }),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.body["error"][name] = value.into();
        self
    }

    /// Something is wrong with the request.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// A parameter is missing.
    pub fn missing(param: &str) -> Self {
        Self::invalid(format!("Missing required param: {param}."))
            .with("code", "parameter_missing")
            .with("param", param)
    }

    /// There is no such object.
    pub fn not_found(kind: &str, id: &str) -> Self {
        Self {
            status: 404,
            ..Self::invalid(format!("No such {kind}: '{id}'"))
        }
        .with("code", "resource_missing")
        .with("param", "id")
    }

    /// A parameter names an object that is not there.
    pub fn no_such(kind: &str, id: &str, param: &str) -> Self {
        Self::invalid(format!("No such {kind}: '{id}'"))
            .with("code", "resource_missing")
            .with("param", param)
    }

    /// The API has no such thing, or the sandbox does not.
    pub fn unrecognized(method: &str, path: &str) -> Self {
        Self {
            status: 404,
            ..Self::invalid(format!("Unrecognized request URL ({method}: {path})."))
        }
    }

    /// The key is not the sandbox's.
    pub fn unauthorized() -> Self {
        Self {
            status: 401,
            ..Self::invalid("Invalid API Key provided.")
        }
    }

    /// The key was used with other parameters.
    pub fn idempotency() -> Self {
        Self::new(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
        )
    }

    /// The card was declined.
    pub fn declined() -> Self {
        Self::new(402, "card_error", "Your card was declined.")
            .with("code", "card_declined")
            .with("decline_code", "generic_decline")
    }

    /// The sandbox could not keep what it should.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "api_error", message)
    }

    /// The words for a person.
    pub fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.body)).into_response()
    }
}
