//! `POST /v1/chat/completions`.

use axum::{
    Json,
    body::Body,
    extract::{State, rejection::JsonRejection},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Demo, answers, clock,
    directives::Script,
    play::{Pace, bytewise, play},
    steps::{Envelope, steps, tokens},
};

#[derive(Debug, Deserialize)]
struct Request {
    model: String,
    messages: Vec<Message>,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

#[derive(Debug, Deserialize)]
struct Message {
    role: String,
    content: String,
}

impl Request {
    fn last(&self, role: &str) -> &str {
        let of_role = self.messages.iter().rev().find(|m| m.role == role);
        of_role.map_or("", |m| m.content.as_str())
    }

    /// Whether the system prompt asks for this.
    fn wants(&self, what: &str) -> bool {
        self.messages
            .iter()
            .any(|m| m.role == "system" && m.content.to_lowercase().contains(what))
    }

    fn prompt_tokens(&self) -> usize {
        self.messages
            .iter()
            .map(|m| tokens(&m.content).count())
            .sum()
    }
}

pub(super) fn usage(prompt: usize, written: usize) -> Value {
    json!({ "prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written })
}

/// Answers one request.
pub(super) async fn create(
    State(demo): State<Demo>,
    body: Result<Json<Value>, JsonRejection>,
) -> Response {
    let body = match body {
        Ok(Json(body)) => body,
        Err(e) => return error(e.status(), &e.body_text()),
    };
    let request: Request = match Request::deserialize(&body) {
        Ok(request) => request,
        Err(e) => return error(StatusCode::BAD_REQUEST, &e.to_string()),
    };
    let question = request.last("user").to_owned();
    let title = request.wants("write a title");
    // What it is to summarise may quote directives.
    let summary = request.wants("summarise the conversation");
    let directed = demo.options.faults && !summary;
    let script = match directed {
        true => demo.script(&question, &request.model, title),
        false => Script::default(),
    };
    let mut in_flight = demo.traffic.begin(body);
    if let Some(refused) = refusal(&script, title) {
        in_flight.complete();
        return refused;
    }
    let script = if title { Script::default() } else { script };
    let plain = if directed {
        Script::strip(&question)
    } else {
        question
    };
    let text = match (&script.say, script.tokens) {
        _ if title => answers::title(&plain),
        _ if summary => answers::summary(&plain),
        (Some(said), _) => said.clone(),
        (None, Some(_)) => String::new(),
        (None, None) => answers::answer(&plain),
    };
    let written: Box<dyn Iterator<Item = String> + Send> = match script.tokens {
        _ if script.flood => Box::new(answers::flood()),
        Some(n) if script.clock => Box::new(clock::tokens().take(n)),
        Some(n) if script.say.is_none() => Box::new(answers::filler().take(n)),
        _ if script.charwise => {
            let all: Vec<String> = text.chars().map(String::from).collect();
            Box::new(all.into_iter())
        }
        _ => Box::new(tokens(&text)),
    };
    let envelope = Envelope {
        id: format!("chatcmpl-demo-{:016x}", answers::hash(&plain)),
        model: request.model.clone(),
        created: kernel::Clock::system().now().unix_timestamp(),
        usage: request
            .stream_options
            .as_ref()
            .is_some_and(|o| o.include_usage),
    };
    let pace = Pace {
        first_token: script.first_token.unwrap_or(demo.options.first_token),
        tokens_per_second: match script.flood {
            true => u32::MAX,
            false => script.speed.unwrap_or(demo.options.tokens_per_second),
        },
        clock: script.clock,
    };
    if !request.stream {
        tokio::time::sleep(pace.first_token).await;
        in_flight.complete();
        return whole(
            &envelope,
            &written.collect::<Vec<_>>(),
            request.prompt_tokens(),
        );
    }
    let played = play(
        steps(envelope, &script, written, request.prompt_tokens()),
        pace,
        in_flight,
    );
    let body = if script.bytewise {
        Body::from_stream(bytewise(played))
    } else {
        Body::from_stream(played)
    };
    (
        [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        body,
    )
        .into_response()
}

impl Demo {
    /// What the directives of a message come to for this request.
    fn script(&self, question: &str, model: &str, title: bool) -> Script {
        let script = Script::parse(question);
        // Only answers count: the title is asked for beside them.
        if title || (script.times.is_none() && script.model.is_none()) {
            return script;
        }
        let nth = self
            .traffic
            .nth(answers::hash(&format!("{model}\n{question}")));
        script.of_request(nth, model)
    }
}

/// The scripted answers that are no answers.
fn refusal(script: &Script, title: bool) -> Option<Response> {
    if title {
        return script
            .title
            .then(|| error(StatusCode::INTERNAL_SERVER_ERROR, "A scripted failure."));
    }
    if script.html {
        return Some(Html("<!doctype html><title>Welcome</title><p>It works!").into_response());
    }
    let (status, retry_after) = script.status?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = error(status, "A scripted failure.");
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Some(response)
}

fn whole(envelope: &Envelope, written: &[String], prompt_tokens: usize) -> Response {
    let message = json!({ "role": "assistant", "content": written.concat(), "refusal": null });
    Json(json!({
        "id": envelope.id,
        "object": "chat.completion",
        "created": envelope.created,
        "model": envelope.model,
        "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": "stop" }],
        "usage": usage(prompt_tokens, written.len()),
    }))
    .into_response()
}

/// An error in OpenAI's shape.
fn error(status: StatusCode, message: &str) -> Response {
    let kind = if status.is_server_error() {
        "server_error"
    } else {
        "invalid_request_error"
    };
    let body =
        json!({ "error": { "message": message, "type": kind, "param": null, "code": null } });
    (status, Json(body)).into_response()
}
