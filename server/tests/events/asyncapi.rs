//! The document of the topics: AsyncAPI 3.0.

use serde_json::{Map, Value, json};
use server::events::{DOMAINS, all, domain, topic};

use crate::files::{FOLDER, root, schemas};

/// `MessageSent` for `parlance.chat.message_sent.v1`; with the version where it is not the first.
fn name(kind: &str) -> String {
    let parts: Vec<_> = kind.split('.').collect();
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let fact: String = parts[2].split('_').map(capital).collect();
    match parts[3] {
        "v1" => fact,
        version => fact + &version.to_uppercase(),
    }
}

fn of_domain(of: &str) -> impl Iterator<Item = &'static str> {
    let kinds: Vec<_> = all().map(|event| event.kind).collect();
    kinds
        .into_iter()
        .filter(move |kind| domain(kind) == Some(of))
}

fn object(entries: impl Iterator<Item = (String, Value)>) -> Value {
    Value::Object(entries.collect::<Map<_, _>>())
}

fn channel(of: &str) -> Value {
    let message = |kind: &str| {
        let name = name(kind);
        let there = json!({ "$ref": format!("#/components/messages/{name}") });
        (name, there)
    };
    json!({
        "address": topic("parlance", of),
        "description": format!("The facts of {of}. The events of one aggregate are in one partition, in order."),
        "messages": object(of_domain(of).map(message)),
        "bindings": { "kafka": {
            "partitions": 6,
            "topicConfiguration": { "cleanup.policy": ["delete"], "retention.ms": 604_800_000 },
            "bindingVersion": "0.5.0",
        } },
    })
}

fn operation(of: &str) -> Value {
    json!({
        "action": "send",
        "summary": format!("Published by the relay when a fact of {of} was committed."),
        "channel": { "$ref": format!("#/channels/{of}") },
    })
}

fn message(kind: &str, description: &Value) -> Value {
    let mut message = json!({
        "name": kind,
        "contentType": "application/json",
        "traits": [{ "$ref": "#/components/messageTraits/CloudEvent" }],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": { "$ref": format!("schemas/{kind}.json") },
        },
    });
    if description.is_string() {
        message["summary"] = description.clone();
    }
    message
}

/// The Kafka protocol binding of CloudEvents 1.0, binary content mode.
fn cloud_event() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "headers": {
            "type": "object",
            "properties": {
                "ce_specversion": { "type": "string", "const": "1.0" },
                "ce_id": { "type": "string", "format": "uuid", "description": "Unique; the same when an event comes again." },
                "ce_source": text("The site: a slash and the topics' prefix."),
                "ce_type": text("parlance.<domain>.<fact>.v<version>"),
                "ce_time": { "type": "string", "format": "date-time", "description": "When it became true." },
                "ce_subject": { "type": "string", "format": "uuid", "description": "The aggregate; the message's key, too." },
                "ce_traceparent": text("The W3C trace context of the request that caused it, if there was one."),
                "content-type": { "type": "string", "const": "application/json" },
            },
            "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "content-type"],
        },
        "bindings": { "kafka": { "key": { "type": "string", "format": "uuid" }, "bindingVersion": "0.5.0" } },
    })
}

/// The whole document.
pub fn document() -> Value {
    let schemas = schemas();
    let messages = all().map(|event| {
        let message = message(event.kind, &schemas[event.kind]["description"]);
        (name(event.kind), message)
    });
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Events of Parlance",
            "version": "1.0.0",
            "description": "Every fact that Parlance makes public, as CloudEvents 1.0 in Kafka's binary mode. Delivery is at least once. Topics begin with KAFKA_TOPIC_PREFIX, here the default; partitions and retention are the defaults, too.",
        },
        "defaultContentType": "application/json",
        "channels": object(DOMAINS.iter().map(|of| ((*of).to_owned(), channel(of)))),
        "operations": object(DOMAINS.iter().map(|of| (format!("publish-{of}"), operation(of)))),
        "components": {
            "messages": object(messages),
            "messageTraits": { "CloudEvent": cloud_event() },
        },
    })
}

/// What a reference of the document leads to, in itself or in a file beside it.
fn find(document: &Value, reference: &str) -> bool {
    match reference.strip_prefix('#') {
        Some(pointer) => document.pointer(pointer).is_some(),
        None => root().join(FOLDER).join(reference).is_file(),
    }
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str).map(Into::into));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_document_names_every_event_once_and_its_references_lead_somewhere() {
    let document = document();
    let messages = document["components"]["messages"].as_object();
    assert_eq!(messages.map(Map::len), Some(all().count()));
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > all().count());
    for reference in found {
        assert!(find(&document, &reference), "{reference}");
    }
}
