//! Answers as providers send them, read leniently: unknown fields, nulls, tool calls and
//! reasoning are passed over.

use std::{collections::VecDeque, pin::Pin, time::Duration};

use async_openai::error::OpenAIError;
use chat::{
    Failure,
    model_client::{Completion, Delta, Deltas, ModelError, Usage},
};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use super::{failure::Failures, observe::Call};

/// How long the usage may take to follow the finish reason.
const USAGE_GRACE: Duration = Duration::from_secs(5);

/// One event of a stream.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk {
    choices: Option<Vec<Choice>>,
    usage: Option<Counted>,
    error: Option<Value>,
}

/// An answer as a whole.
#[derive(Debug, Deserialize)]
pub(super) struct Whole {
    choices: Option<Vec<Choice>>,
    usage: Option<Counted>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    index: u32,
    #[serde(alias = "message")]
    delta: Option<Said>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Said {
    /// A text, or parts of which some are text.
    content: Option<Value>,
    refusal: Option<String>,
}

impl Said {
    fn text(self) -> String {
        let mut text = match self.content {
            Some(Value::String(text)) => text,
            Some(Value::Array(parts)) => parts
                .iter()
                .filter_map(|part| part["text"].as_str())
                .collect(),
            _ => String::new(),
        };
        text.push_str(&self.refusal.unwrap_or_default());
        text
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Counted {
    prompt_tokens: Option<i64>,
    completion_tokens: Option<i64>,
    prompt_tokens_details: Option<Details>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Details {
    cached_tokens: Option<i64>,
}

impl Counted {
    /// Only a full count is worth more than our own.
    fn usage(self) -> Option<Usage> {
        let (input_tokens, output_tokens) = (self.prompt_tokens?, self.completion_tokens?);
        let cached = self.prompt_tokens_details.and_then(|of| of.cached_tokens);
        (input_tokens >= 0 && output_tokens >= 0).then_some(Usage {
            input_tokens,
            cached_input_tokens: cached.unwrap_or_default().clamp(0, input_tokens),
            output_tokens,
        })
    }
}

impl Whole {
    pub fn into_completion(self, call: &mut Call) -> Result<Completion, ModelError> {
        let usage = self.usage.and_then(Counted::usage);
        let choice = self.choices.unwrap_or_default().into_iter().next();
        let reason = choice
            .as_ref()
            .and_then(|c| c.finish_reason.clone())
            .unwrap_or_default();
        let text = choice
            .and_then(|c| c.delta)
            .map(Said::text)
            .unwrap_or_default();
        if text.trim().is_empty() {
            return Err(without_text(&reason));
        }
        if let Some(usage) = usage {
            call.used(usage);
        }
        call.said(&text);
        call.finished(&reason);
        Ok(Completion { text, usage })
    }
}

fn without_text(finish_reason: &str) -> ModelError {
    let failure = if finish_reason == "content_filter" {
        Failure::Rejected
    } else {
        Failure::Empty
    };
    ModelError::new(failure, format!("no text, finish reason {finish_reason:?}"))
}

type Events = Pin<Box<dyn Stream<Item = Result<Chunk, OpenAIError>> + Send>>;

/// The events of a stream as deltas. `Finished` comes last, after the usage.
pub(super) fn deltas(events: Events, failures: Failures, call: Call) -> Deltas {
    let reading = Reading {
        events,
        failures,
        call,
        ready: VecDeque::new(),
        usage: None,
        finish_reason: None,
        has_text: false,
        over: false,
    };
    stream::unfold(reading, |mut reading| async move {
        let delta = reading.next().await?;
        Some((delta, reading))
    })
    .boxed()
}

struct Reading {
    events: Events,
    failures: Failures,
    call: Call,
    ready: VecDeque<Result<Delta, ModelError>>,
    usage: Option<Usage>,
    finish_reason: Option<String>,
    has_text: bool,
    over: bool,
}

impl Reading {
    async fn next(&mut self) -> Option<Result<Delta, ModelError>> {
        while self.ready.is_empty() && !self.over {
            let event = match &self.finish_reason {
                None => self.events.next().await,
                // Everything that matters is there: silence is no failure any more.
                Some(_) => timeout(USAGE_GRACE, self.events.next())
                    .await
                    .ok()
                    .flatten(),
            };
            match event {
                Some(Ok(chunk)) => self.take(chunk),
                Some(Err(_)) if self.finish_reason.is_some() => self.conclude(),
                Some(Err(e)) => self.fail(self.failures.explain(e)),
                None => self.conclude(),
            }
        }
        self.ready.pop_front()
    }

    fn take(&mut self, chunk: Chunk) {
        self.call.chunk();
        if let Some(error) = chunk.error {
            return self.fail(self.failures.of_event(&error));
        }
        self.usage = chunk.usage.and_then(Counted::usage).or(self.usage);
        for choice in chunk
            .choices
            .unwrap_or_default()
            .into_iter()
            .filter(|c| c.index == 0)
        {
            let text = choice.delta.map(Said::text).unwrap_or_default();
            if !text.is_empty() {
                self.has_text = true;
                self.call.said(&text);
                self.ready.push_back(Ok(Delta::Text(text)));
            }
            self.finish_reason = choice.finish_reason.or(self.finish_reason.take());
        }
    }

    fn conclude(&mut self) {
        match &self.finish_reason {
            None => {
                let cut = || {
                    self.failures
                        .error(Failure::Cut, "the stream ended without a finish reason")
                };
                let error = self.failures.kept().unwrap_or_else(cut);
                self.fail(error);
            }
            Some(reason) if !self.has_text => self.fail(without_text(reason)),
            Some(reason) => {
                self.over = true;
                self.call.finished(reason);
                self.tell_usage();
                self.ready.push_back(Ok(Delta::Finished));
            }
        }
    }

    fn fail(&mut self, error: ModelError) {
        self.over = true;
        self.call.failed(&error);
        self.tell_usage();
        self.ready.push_back(Err(error));
    }

    fn tell_usage(&mut self) {
        if let Some(usage) = self.usage {
            self.call.used(usage);
            self.ready.push_back(Ok(Delta::Usage(usage)));
        }
    }
}
