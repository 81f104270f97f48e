//! An answer as a sequence of steps.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::directives::{Interruption, Script};

/// One thing that happens on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Bytes of an event, due when so many tokens have been written at the model's speed.
    Event { bytes: Bytes, due: usize },
    /// A comment, then a pause.
    Comment,
    /// Nothing more, with the connection open.
    Stall,
    /// The connection breaks.
    Break,
}

pub(super) type Steps = Box<dyn Iterator<Item = Step> + Send>;

/// What every chunk of an answer repeats.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    pub id: String,
    pub model: String,
    /// Seconds since 1970.
    pub created: i64,
    /// Whether the client asked for usage: then all other chunks carry a null.
    pub usage: bool,
}

impl Envelope {
    fn chunk(&self, delta: &Value, finish: Option<&str>) -> Value {
        let mut chunk = json!({
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
        });
        if self.usage {
            chunk["usage"] = Value::Null;
        }
        chunk
    }
}

/// Splits a text as a tokenizer might: words with the space before them, long ones in pieces.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = String> + use<> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for c in text.chars() {
        let word_ends = c.is_whitespace() && !piece.is_empty() && !piece.ends_with('\n');
        if word_ends || piece.chars().count() >= 6 {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.push(c);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces.into_iter()
}

/// The steps of an answer of `tokens`, as the script wants them; `prompt_tokens` is for the usage.
pub(super) fn steps(
    envelope: Envelope,
    script: &Script,
    tokens: impl Iterator<Item = String> + Send + 'static,
    prompt_tokens: usize,
) -> Steps {
    let silent = script.empty || script.filtered || script.only_tool_call;
    let mut written = Vec::new();
    written.push(event(
        &envelope.chunk(&json!({ "role": "assistant", "content": "" }), None),
        0,
    ));
    if script.tool_call || script.only_tool_call {
        written.extend(asides(&envelope));
    }
    if script.unknown {
        written.extend(unknown());
    }
    let field = if script.refuse { "refusal" } else { "content" };
    let text = {
        let envelope = envelope.clone();
        tokens
            .take(if silent { 0 } else { usize::MAX })
            .enumerate()
            .map(move |(i, token)| event(&envelope.chunk(&json!({ field: token }), None), i + 1))
    };
    let usage = envelope.usage && !script.no_usage;
    let finish = if script.filtered {
        "content_filter"
    } else if script.only_tool_call {
        "tool_calls"
    } else {
        "stop"
    };
    let interruption = script.interruption;
    let mut ending = Some((envelope, finish, usage, prompt_tokens));
    let mut count = 0;
    let whole = text
        .map(Some)
        .chain(std::iter::once(None))
        .flat_map(move |step| match step {
            Some(step) => {
                count += 1;
                vec![step]
            }
            None => ending.take().map(|e| end(&e, count)).unwrap_or_default(),
        });
    let body: Steps = match interruption {
        None => Box::new(whole),
        Some((how, after)) => Box::new(whole.take(after).chain(interrupted(how, after))),
    };
    Box::new(written.into_iter().chain(body))
}

fn end(
    (envelope, finish, usage, prompt): &(Envelope, &str, bool, usize),
    written: usize,
) -> Vec<Step> {
    let mut last = vec![event(&envelope.chunk(&json!({}), Some(finish)), written)];
    if *usage {
        let mut chunk = envelope.chunk(&json!({}), None);
        chunk["choices"] = json!([]);
        chunk["usage"] = super::completions::usage(*prompt, written);
        last.push(event(&chunk, written));
    }
    last.push(Step::Event {
        bytes: Bytes::from_static(b"data: [DONE]\n\n"),
        due: written,
    });
    last
}

/// What other clients than ours ask for, and some providers send unasked.
fn asides(envelope: &Envelope) -> Vec<Step> {
    let call = json!({ "tool_calls": [{
        "index": 0, "id": "call_demo", "type": "function",
        "function": { "name": "look_up", "arguments": "{\"word\":\"demo\"}" },
    }] });
    let thought = json!({ "content": null, "reasoning_content": "Let me think about this." });
    [thought, call]
        .iter()
        .map(|delta| event(&envelope.chunk(delta, None), 0))
        .collect()
}

/// What no client has been told of.
fn unknown() -> Vec<Step> {
    const EVENTS: [&str; 5] = [
        "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        "data: {\"object\":\"something.new\",\"payload\":[1,2]}\n\n",
        "data: {\"choices\":[]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"audio\":{\"id\":7}},\"finish_reason\":null}]}\n\n",
        "id: 9\nretry: 100\n\n",
    ];
    let event = |text: &'static str| Step::Event {
        bytes: Bytes::from_static(text.as_bytes()),
        due: 0,
    };
    EVENTS.into_iter().map(event).collect()
}

fn interrupted(how: Interruption, due: usize) -> Steps {
    let raw = |text: &'static str| Step::Event {
        bytes: Bytes::from_static(text.as_bytes()),
        due,
    };
    match how {
        Interruption::Cut => Box::new(std::iter::once(Step::Break)),
        Interruption::End => Box::new(std::iter::once(raw("data: [DONE]\n\n"))),
        Interruption::Stall => Box::new(std::iter::once(Step::Stall)),
        Interruption::Comments => Box::new(std::iter::repeat(Step::Comment)),
        Interruption::Malformed => Box::new([raw("data: {\"choices\": [{]\n\n"), Step::Stall].into_iter()),
        Interruption::Error => Box::new(
            [raw("data: {\"error\":{\"message\":\"The engine is overloaded.\",\"type\":\"server_error\"}}\n\n"), Step::Stall]
                .into_iter(),
        ),
    }
}

fn event(chunk: &Value, due: usize) -> Step {
    Step::Event {
        bytes: Bytes::from(format!("data: {chunk}\n\n")),
        due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_together_are_the_text() {
        let text = "A  word, an extraordinarily long one,\n\n- ünïcödé 👩‍💻\n";
        assert_eq!(tokens(text).collect::<String>(), text);
        assert!(tokens(text).count() > 8);
    }

    #[test]
    fn an_interruption_comes_after_the_tokens_asked_for() {
        let envelope = Envelope {
            id: "x".into(),
            model: "demo".into(),
            created: 0,
            usage: true,
        };
        let script = Script {
            interruption: Some((Interruption::Cut, 2)),
            ..Script::default()
        };
        let all: Vec<_> = steps(envelope, &script, tokens("one two three four"), 3).collect();
        assert_eq!(all.len(), 4, "the role, two tokens, the break: {all:?}");
        assert_eq!(all.last(), Some(&Step::Break));
    }
}
