//! The request as providers read it.

use async_openai::config::Config;
use chat::{Speaker, model_client::CompletionRequest};
use serde_json::{Value, json};

/// The body of a request.
pub(super) fn body(request: &CompletionRequest, config: &impl Config, stream: bool) -> Value {
    let mut messages = Vec::with_capacity(request.turns.len() + 1);
    if !request.system.is_empty() {
        messages.push(json!({ "role": "system", "content": request.system }));
    }
    messages.extend(request.turns.iter().map(|turn| {
        let role = match turn.speaker {
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        json!({ "role": role, "content": turn.text })
    }));
    let mut body = json!({ "model": request.model, "messages": messages, "stream": stream });
    if stream {
        body["stream_options"] = json!({ "include_usage": true });
    }
    if let Some(max) = request.max_tokens {
        body[max_tokens_field(config.api_base())] = max.into();
    }
    body
}

/// OpenAI's reasoning models refuse the old name; many compatible servers know only that one.
fn max_tokens_field(base_url: &str) -> &'static str {
    if base_url.contains("//api.openai.com/") {
        "max_completion_tokens"
    } else {
        "max_tokens"
    }
}
