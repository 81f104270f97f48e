//! The demo model: an HTTP server that speaks OpenAI's chat completions API and answers without
//! any model behind it. With nothing configured the site talks to it through the same adapter as
//! to a real provider; tests and benchmarks use it to make providers misbehave.
//!
//! `POST /v1/chat/completions` (streamed and not) and `GET /v1/models`. The same question always
//! gets the same answer, which says that it is the demo model's.
//!
//! # Scripted faults
//!
//! With [`Options::faults`], and only then, directives in the last message of the person steer the
//! answer. Several can be combined.
//!
//! | directive | effect |
//! |---|---|
//! | `[[tokens: 500]]` | an answer of so many tokens |
//! | `[[clock: 500]]` | the same, and each token is the time at which it is written: see [`clock`] |
//! | `[[say: **literal** text]]` | exactly this answer; must come last, ends at the last `]]` |
//! | `[[speed: 20]]` | tokens per second |
//! | `[[first-token: 300ms]]` | the wait before the first token |
//! | `[[fault: status=429 retry_after=2]]` | an error with this status, and a Retry-After in seconds |
//! | `[[fault: cut after=20]]` | the connection breaks after so many tokens |
//! | `[[fault: end after=20]]` | the stream ends properly, but without a finish reason |
//! | `[[fault: stall after=5]]` | silence, with the connection open |
//! | `[[fault: comments after=5]]` | only comments from there on, ten a second |
//! | `[[fault: malformed after=3]]` | something that is not JSON |
//! | `[[fault: error after=3]]` | an error object within the stream |
//! | `[[fault: empty]]` | a finish reason without any text |
//! | `[[fault: filtered]]` | a finish reason `content_filter` without any text |
//! | `[[fault: no-usage]]` | no usage chunk although one was asked for |
//! | `[[fault: tool-call]]` | chunks of a tool call and of reasoning before the text |
//! | `[[fault: only-tool-call]]` | a tool call, and no text |
//! | `[[fault: unknown]]` | events and chunks of no known kind before the text |
//! | `[[fault: flood]]` | forty million bytes of text, as fast as they are read |
//! | `[[fault: bytewise]]` | every byte arrives on its own |
//! | `[[fault: charwise]]` | every character of `say` is a token of its own |
//! | `[[fault: refuse]]` | the text arrives as a refusal |
//! | `[[fault: html]]` | a web page instead of a stream |
//! | `[[fault: title]]` | the request for a title fails; nothing else does |
//!
//! Any fault can be limited: with `times=2` it is there for the first two requests with the same
//! message and then goes away; with `model=small`, only for requests to that model.
//!
//! Requests for a title ignore all directives but the last, and those for a summary ignore all.
//! `GET /v1/_requests` tells what the server has seen: see [`Traffic`].

mod answers;
mod clock;
mod completions;
mod directives;
mod play;
mod steps;
mod traffic;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
    serve::ListenerExt,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
pub use traffic::Traffic;

/// The model's id.
pub const MODEL_ID: &str = "parlance-demo";

/// The context window, in tokens: prompt and answer together.
pub const CONTEXT_WINDOW: u32 = 128_000;

/// How the demo model behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How fast it writes.
    pub tokens_per_second: u32,
    /// The wait before the first token.
    pub first_token: Duration,
    /// Whether directives are obeyed and `/v1/_requests` is there.
    pub faults: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tokens_per_second: 50,
            first_token: Duration::from_millis(250),
            faults: false,
        }
    }
}

#[derive(Clone)]
struct Demo {
    options: Arc<Options>,
    traffic: Traffic,
}

/// Starts the server on `addr` (port 0 takes a free one) and tells where it listens. It serves
/// until the task is aborted.
///
/// # Errors
/// When the address cannot be bound.
pub async fn spawn(
    addr: SocketAddr,
    options: Options,
) -> io::Result<(SocketAddr, JoinHandle<io::Result<()>>)> {
    let listener = TcpListener::bind(addr).await?;
    let addr = listener.local_addr()?;
    // Each token is a small packet that must not wait for the one before to be acknowledged.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let server = axum::serve(listener, router(options));
    Ok((addr, tokio::spawn(server.into_future())))
}

fn router(options: Options) -> Router {
    let mut router = Router::new()
        .route("/v1/chat/completions", post(completions::create))
        .route("/v1/models", get(models));
    if options.faults {
        router = router.route("/v1/_requests", get(requests));
    }
    router.with_state(Demo {
        options: Arc::new(options),
        traffic: Traffic::default(),
    })
}

async fn models() -> Json<Value> {
    Json(json!({
        "object": "list",
        "data": [{ "id": MODEL_ID, "object": "model", "created": 0, "owned_by": "parlance" }],
    }))
}

async fn requests(State(demo): State<Demo>) -> Json<Value> {
    Json(demo.traffic.report())
}
