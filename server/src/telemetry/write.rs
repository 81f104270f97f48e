//! Writes records: one JSON object a line, or a line for people.

use std::{fmt::Write as _, io::Write as _, sync::OnceLock};

use opentelemetry::trace::TraceContextExt;
use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing::{
    Dispatch, Event, Level, Subscriber,
    dispatcher::WeakDispatch,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, fmt::MakeWriter, layer::Context, registry::LookupSpan};

use super::record::Fields;
use crate::config::{Log, LogFormat};

/// The layer that writes.
pub(super) struct Records<W> {
    format: LogFormat,
    service: String,
    coloured: bool,
    writer: W,
    clock: kernel::Clock,
    /// Ourselves: asking a span for its trace goes through the dispatcher.
    dispatch: OnceLock<WeakDispatch>,
}

impl<W> Records<W> {
    pub fn new(log: &Log, coloured: bool, writer: W) -> Self {
        Self {
            format: log.format,
            service: log.service.clone(),
            coloured,
            writer,
            clock: kernel::Clock::system(),
            dispatch: OnceLock::new(),
        }
    }

    /// Trace id and span id.
    fn trace(&self, span: &Id) -> Option<(String, String)> {
        let dispatch = self.dispatch.get()?.upgrade()?;
        let context = tracing_opentelemetry::get_otel_context(span, &dispatch)?;
        let span = context.span().span_context().clone();
        span.is_valid()
            .then(|| (span.trace_id().to_string(), span.span_id().to_string()))
    }
}

impl<S, W> Layer<S> for Records<W>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        // Set once: a layer belongs to one subscriber.
        let _ = self.dispatch.set(dispatch.downgrade());
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        let mut names = Vec::new();
        // From the outermost span inwards: the closer one wins a name that both have.
        let mut fields = Map::new();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            names.push(span.name());
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.extend(outer.0.clone());
            }
        }
        if let Some(span) = context.event_span(event)
            && let Some((trace_id, span_id)) = self.trace(&span.id())
        {
            fields.insert("trace_id".to_owned(), trace_id.into());
            fields.insert("span_id".to_owned(), span_id.into());
        }
        fields.extend(own.0);
        let record = Line {
            at: self.clock.now(),
            event,
            span: names.join("/"),
            fields,
        };
        let line = match self.format {
            LogFormat::Json => record.json(&self.service),
            LogFormat::Pretty => record.pretty(self.coloured),
        };
        // When standard output is gone there is nowhere left to say so.
        let _ = self.writer.make_writer().write_all(line.as_bytes());
    }
}

struct Line<'a> {
    at: OffsetDateTime,
    event: &'a Event<'a>,
    span: String,
    fields: Map<String, Value>,
}

impl Line<'_> {
    fn json(mut self, service: &str) -> String {
        let meta = self.event.metadata();
        let message = self.fields.remove("message").unwrap_or_default();
        let mut record = Map::new();
        record.insert(
            "timestamp".into(),
            self.at.format(&Rfc3339).unwrap_or_default().into(),
        );
        record.insert("level".into(), meta.level().as_str().into());
        record.insert("service".into(), service.into());
        record.insert("target".into(), meta.target().into());
        record.insert("message".into(), message);
        if !self.span.is_empty() {
            record.insert("span".into(), self.span.into());
        }
        record.extend(self.fields);
        let mut line = Value::Object(record).to_string();
        line.push('\n');
        line
    }

    fn pretty(mut self, coloured: bool) -> String {
        let meta = self.event.metadata();
        let message = self.fields.remove("message");
        let message = message.as_ref().and_then(Value::as_str).unwrap_or_default();
        let (h, m, s, ms) = (
            self.at.hour(),
            self.at.minute(),
            self.at.second(),
            self.at.millisecond(),
        );
        let mut line = format!(
            "{h:02}:{m:02}:{s:02}.{ms:03} {} {}: ",
            painted(*meta.level(), coloured),
            meta.target()
        );
        // A backtrace is the one field that is read by its lines; it comes last.
        let backtrace = self.fields.remove("backtrace");
        // Control characters could forge a line or drive the terminal.
        line.extend(
            message
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c }),
        );
        for (name, value) in &self.fields {
            // Writing to a String cannot fail.
            let _ = match value {
                Value::String(text) if plain(text) => write!(line, " {name}={text}"),
                Value::String(text) => write!(line, " {name}={text:?}"),
                other => write!(line, " {name}={other}"),
            };
        }
        if !self.span.is_empty() {
            let _ = write!(line, " ({})", self.span);
        }
        line.push('\n');
        if let Some(Value::String(text)) = backtrace {
            line.push_str(&text);
        }
        line
    }
}

fn plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "-_./:%{}".contains(c))
}

fn painted(level: Level, coloured: bool) -> String {
    let colour = match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        Level::DEBUG => 34,
        Level::TRACE => 35,
    };
    if coloured {
        format!("\x1b[{colour}m{level:>5}\x1b[0m")
    } else {
        format!("{level:>5}")
    }
}
