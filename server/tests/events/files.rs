//! The committed files are what the types give.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::asyncapi;

/// Where they are, below the repository.
pub const FOLDER: &str = "specification/events";

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The JSON Schema of each type of event, by its type.
pub fn schemas() -> BTreeMap<&'static str, Value> {
    let schema = |event: &kernel::event::Described| {
        let mut schema = (event.schema)().to_value();
        let object = schema.as_object_mut().expect("a schema of an object");
        object.insert("$id".into(), json!(format!("urn:{}", event.kind)));
        (event.kind, schema)
    };
    server::events::all().map(schema).collect()
}

/// What the folder is to hold, by name.
fn wanted() -> BTreeMap<String, String> {
    let text = |value: &Value| serde_json::to_string_pretty(value).expect("JSON") + "\n";
    let mut files: BTreeMap<_, _> = schemas()
        .iter()
        .map(|(kind, schema)| (format!("schemas/{kind}.json"), text(schema)))
        .collect();
    files.insert("asyncapi.json".into(), text(&asyncapi::document()));
    files
}

#[test]
fn the_schemas_and_the_document_are_current() {
    let folder = root().join(FOLDER);
    let schemas = folder.join("schemas");
    if std::env::var_os("UPDATE_EVENTS").is_some() {
        fs::create_dir_all(&schemas).expect("a folder");
        for old in fs::read_dir(&schemas).expect("a folder") {
            fs::remove_file(old.expect("a file").path()).expect("removed");
        }
        for (name, text) in wanted() {
            fs::write(folder.join(name), text).expect("written");
        }
        return;
    }
    for (name, text) in wanted() {
        let there = fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert_eq!(
            there, text,
            "{FOLDER}/{name} is not current: run `make events`"
        );
    }
    let there = fs::read_dir(&schemas).expect("a folder").count();
    assert_eq!(
        there + 1,
        wanted().len(),
        "a schema without an event: run `make events`"
    );
}
