//! A published event only grows: whoever reads the new version can read what was written by the
//! old one, and the other way round.

use std::process::Command;

use serde_json::{Map, Value, json};

use crate::files::{FOLDER, root, schemas};

/// With what refers to another place put in its place, and without what is for people only.
fn shape(schema: &Value, whole: &Value) -> Value {
    let referred = schema["$ref"]
        .as_str()
        .and_then(|r| r.strip_prefix("#/$defs/"));
    if let Some(name) = referred {
        return shape(&whole["$defs"][name], whole);
    }
    match schema {
        Value::Object(object) => {
            let told = |key: &&String| {
                !["$defs", "$id", "$schema", "description", "title"].contains(&key.as_str())
            };
            let keys = object.keys().filter(told);
            Value::Object(
                keys.map(|key| (key.clone(), shape(&object[key], whole)))
                    .collect(),
            )
        }
        Value::Array(parts) => parts.iter().map(|part| shape(part, whole)).collect(),
        other => other.clone(),
    }
}

/// The words of an enumeration, however it is written down.
fn words(shape: &Value) -> Option<Vec<&str>> {
    if let Some(words) = shape["enum"].as_array() {
        return Some(words.iter().filter_map(Value::as_str).collect());
    }
    let each = shape["oneOf"].as_array()?.iter();
    each.map(|one| one["const"].as_str().map(|word| vec![word]).or(words(one)))
        .collect::<Option<Vec<_>>>()
        .map(|words| words.concat())
}

/// Why readers of one would stumble over the other; nothing when they are compatible.
pub fn broken(old: &Value, new: &Value) -> Vec<String> {
    let (old, new) = (shape(old, old), shape(new, new));
    let none = Map::new();
    let fields = |of: &Value| of["properties"].as_object().unwrap_or(&none).clone();
    let required = |of: &Value, name: &str| {
        let names = of["required"].as_array();
        names.is_some_and(|names| names.iter().any(|n| n == name))
    };
    let (before, after) = (fields(&old), fields(&new));
    let mut found = Vec::new();
    for (name, was) in &before {
        match after.get(name) {
            None => found.push(format!("{name} has gone")),
            Some(is) => {
                let same = match (words(was), words(is)) {
                    // Another word is nothing that readers know: they ignore it.
                    (Some(was), Some(is)) => was.iter().all(|word| is.contains(word)),
                    _ => was == is,
                };
                if !same {
                    found.push(format!("{name} is something else now"));
                }
            }
        }
        if required(&old, name) != required(&new, name) {
            found.push(format!("{name} is required in one version only"));
        }
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        if required(&new, name) {
            found.push(format!("{name} is new and required: give it a default"));
        }
    }
    found
}

fn git(arguments: &[&str]) -> Option<String> {
    let done = Command::new("git")
        .arg("-C")
        .arg(root())
        .args(arguments)
        .output();
    let done = done.ok().filter(|done| done.status.success())?;
    String::from_utf8(done.stdout).ok()
}

/// Every committed version of every schema: its type and itself.
fn committed() -> Vec<(String, Value)> {
    let folder = format!("{FOLDER}/schemas");
    let log = [
        "log",
        "--format=%H",
        "--name-only",
        "--diff-filter=AM",
        "--",
    ];
    let log = git(&[&log[..], &[folder.as_str()]].concat()).unwrap_or_default();
    let mut commit = "";
    let mut versions = Vec::new();
    for line in log.lines().filter(|line| !line.is_empty()) {
        let Some(name) = line.strip_prefix(&folder) else {
            commit = line;
            continue;
        };
        let kind = name.trim_start_matches('/').trim_end_matches(".json");
        let text = git(&["show", &format!("{commit}:{line}")]).expect("a committed file");
        versions.push((kind.to_owned(), serde_json::from_str(&text).expect("JSON")));
    }
    versions
}

#[test]
fn every_event_can_be_read_by_whoever_knows_any_committed_version() {
    let now = schemas();
    let committed = committed();
    // A copy without history has nothing to compare with; CI fetches all of it.
    let history = git(&["rev-parse", "--is-shallow-repository"]);
    if history.is_some_and(|shallow| shallow.trim() == "false") {
        assert!(!committed.is_empty(), "no schema has ever been committed");
    }
    for (kind, old) in committed {
        let new = now
            .get(kind.as_str())
            .unwrap_or_else(|| panic!("{kind} was published and has gone"));
        assert_eq!(broken(&old, new), Vec::<String>::new(), "{kind}");
    }
}

#[test]
fn what_would_break_a_reader_is_found() {
    let old = json!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "count": { "type": "integer" },
            "cost": { "type": ["integer", "null"] },
            "way": { "$ref": "#/$defs/Way" },
        },
        "required": ["id", "count", "way"],
        "$defs": { "Way": { "enum": ["here", "there"] } },
    });
    let changed = |pointer: &str, value: Value| {
        let mut new = old.clone();
        *new.pointer_mut(pointer).expect("a place") = value;
        broken(&old, &new)
    };
    assert_eq!(broken(&old, &old), Vec::<String>::new());
    let uuid = json!({ "type": "string", "format": "uuid" });
    let mut grown = old["properties"].clone();
    grown["more"] = uuid.clone();
    assert_eq!(changed("/properties", grown), Vec::<String>::new());
    let words = json!({ "enum": ["there", "here", "nowhere"] });
    assert_eq!(changed("/$defs/Way", words), Vec::<String>::new());
    let fewer = json!({ "enum": ["here"] });
    assert_eq!(changed("/$defs/Way", fewer), ["way is something else now"]);
    assert_eq!(
        changed("/properties/count", uuid),
        ["count is something else now"]
    );
    assert_eq!(
        changed("/properties/cost", json!({ "type": "integer" })),
        ["cost is something else now"]
    );
    assert_eq!(
        changed("/required", json!(["id", "way"])),
        ["count is required in one version only"]
    );
    assert_eq!(
        changed("/required", json!(["id", "count", "way", "cost"])),
        ["cost is required in one version only"]
    );
    let mut new = old.clone();
    new["properties"]["more"] = json!({ "type": "integer" });
    new["required"] = json!(["id", "count", "way", "more"]);
    assert_eq!(
        broken(&old, &new),
        ["more is new and required: give it a default"]
    );
    new["properties"] = json!({});
    new["required"] = json!([]);
    assert_eq!(broken(&old, &new).len(), 7, "{:?}", broken(&old, &new));
}
