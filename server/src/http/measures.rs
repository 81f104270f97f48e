//! What is counted of requests: how many, how they were answered, how long that took (the "RED" of a
//! route). specification/operations.md explains the names.
//!
//! Every label has few values, whatever is asked: the route is the router's pattern and never the
//! path, and a method that HTTP does not define is `other`.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::StatusCode,
};
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

const REQUESTS: &str = "parlance_http_requests_total";
const IN_FLIGHT: &str = "parlance_http_requests_in_flight";

/// The histogram of how long requests take; whoever exports it wants [`BUCKETS`].
pub const DURATION: &str = "parlance_http_request_duration_seconds";

/// Seconds. 0.2 and 0.5 are the bounds of the service level objective.
pub const BUCKETS: [f64; 11] = [
    0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0,
];

/// Says what each is, to the recorder that is installed.
pub fn describe() {
    describe_counter!(REQUESTS, "Requests answered, by method, route and status.");
    describe_gauge!(IN_FLIGHT, "Requests whose answer has not begun.");
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "From a request's head to its answer's, by method and route."
    );
    gauge!(IN_FLIGHT).increment(0.0);
}

/// The route as the router knows it: no ids, no query, nothing that a person wrote.
pub fn route(request: &Request) -> &str {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("(unmatched)", MatchedPath::as_str)
}

/// A request from its head to the head of its answer. Dropped before, it was given up.
pub struct Observed {
    begun: Instant,
    method: &'static str,
    route: String,
}

impl Observed {
    /// It begins.
    pub fn begin(request: &Request) -> Self {
        gauge!(IN_FLIGHT).increment(1.0);
        Self {
            begun: Instant::now(),
            method: method(request),
            route: route(request).to_owned(),
        }
    }

    /// It is answered.
    pub fn answered(self, status: StatusCode) {
        histogram!(DURATION, "method" => self.method, "route" => self.route.clone())
            .record(self.begun.elapsed());
        let status = status.as_str().to_owned();
        counter!(REQUESTS, "method" => self.method, "route" => self.route.clone(), "status" => status)
            .increment(1);
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT).decrement(1.0);
    }
}

/// The method, one of RFC 9110, section 9, and PATCH (RFC 5789).
pub fn method(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "CONNECT" => "CONNECT",
        "OPTIONS" => "OPTIONS",
        "TRACE" => "TRACE",
        "PATCH" => "PATCH",
        _ => "other",
    }
}
