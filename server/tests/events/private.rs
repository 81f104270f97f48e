//! No event has room for what people wrote, an address or a secret: every field is an id, a
//! number, a time, a yes or no, or one of a few words that the code knows.

use serde_json::{Value, json};

use crate::files::schemas;

/// What of a schema could hold a text of somebody's choice; nothing when all is well.
fn leaks(schema: &Value, whole: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|r| r.strip_prefix("#/$defs/"))
    {
        return leaks(&whole["$defs"][name], whole, path, found);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(parts) = schema[key].as_array() {
            for part in parts {
                leaks(part, whole, path, found);
            }
            return;
        }
    }
    if schema["const"].is_string() || schema["enum"].is_array() {
        return;
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec!["anything"],
    };
    for kind in types {
        match kind {
            "integer" | "boolean" | "null" => {}
            "string" if ["uuid", "date-time"].iter().any(|f| schema["format"] == *f) => {}
            // Only named fields: a map has keys of somebody's choice.
            "object" if schema["additionalProperties"].is_null() => {
                let fields = schema["properties"].as_object();
                for (name, field) in fields.into_iter().flatten() {
                    leaks(field, whole, &format!("{path}.{name}"), found);
                }
            }
            "array" => leaks(&schema["items"], whole, &format!("{path}[]"), found),
            other => found.push(format!("{path}: {other}")),
        }
    }
}

fn leaks_of(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    leaks(schema, schema, "", &mut found);
    found
}

#[test]
fn no_event_has_room_for_text_addresses_or_secrets() {
    for (kind, schema) in schemas() {
        assert!(
            schema["properties"].is_object(),
            "{kind} has named fields only"
        );
        assert_eq!(leaks_of(&schema), Vec::<String>::new(), "{kind}");
    }
}

#[test]
fn free_text_is_found_wherever_it_hides() {
    let of = |field: Value| json!({ "type": "object", "properties": { "field": field } });
    let text = json!({ "type": "string" });
    for hidden in [
        text.clone(),
        json!({ "type": ["string", "null"] }),
        json!({ "type": "string", "format": "email" }),
        json!({ "anyOf": [{ "type": "null" }, text] }),
        json!({ "type": "array", "items": text }),
        json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        json!({ "type": "object", "properties": { "deep": text } }),
        json!({ "type": "number" }),
        json!(true),
        json!({}),
    ] {
        assert_eq!(leaks_of(&of(hidden.clone())).len(), 1, "{hidden}");
    }
    let mut behind = of(json!({ "$ref": "#/$defs/Name" }));
    behind["$defs"] = json!({ "Name": text });
    assert_eq!(leaks_of(&behind), [".field: string"]);
}
