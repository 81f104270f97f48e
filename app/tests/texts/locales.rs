//! What is in `locales/`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::code;

/// Each text by its key, `chat.send`.
type Texts = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.into_string().expect("UTF-8"))
        .collect()
}

fn texts(language: &str) -> Texts {
    let folder = folder().join(language);
    let mut texts = Texts::new();
    for file in names(&folder) {
        let text = fs::read_to_string(folder.join(&file)).expect("a file");
        let table: Table = text.parse().expect("TOML");
        add(&mut texts, file.trim_end_matches(".toml"), table);
    }
    texts
}

fn add(texts: &mut Texts, prefix: &str, table: Table) {
    for (key, value) in table {
        let key = format!("{prefix}.{key}");
        match value {
            Value::String(text) => {
                texts.insert(key, text);
            }
            Value::Table(table) => add(texts, &key, table),
            other => panic!("{key} is no text: {other}"),
        }
    }
}

/// The variables of a text.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .map(|rest| rest.split("}}").next().unwrap_or_default().trim())
        .collect()
}

#[test]
fn every_language_has_every_text_with_its_variables() {
    let english = texts("en");
    let languages = names(&folder());
    assert!(languages.len() > 1, "{languages:?}");
    for language in languages {
        let texts = texts(&language);
        let keys = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
        let other: Vec<_> = keys(&english)
            .symmetric_difference(&keys(&texts))
            .cloned()
            .collect();
        assert!(other.is_empty(), "only in en or in {language}: {other:?}");
        for (key, text) in &texts {
            assert!(!text.trim().is_empty(), "{language}: {key} is empty");
            assert_eq!(
                variables(text),
                variables(&english[key]),
                "{language}: the variables of {key}"
            );
        }
    }
}

#[test]
fn every_text_is_used() {
    let code: String = code::sources()
        .into_iter()
        .flat_map(|(_, text)| text.chars().collect::<Vec<_>>())
        .filter(|c| !c.is_whitespace())
        .collect();
    let is_used = |key: &str| {
        [('(', ')'), ('(', ','), (',', ')'), (',', ',')]
            .iter()
            .any(|(before, after)| code.contains(&format!("{before}{key}{after}")))
    };
    let unused: Vec<_> = texts("en")
        .into_keys()
        .filter(|key| !is_used(key))
        .collect();
    assert!(unused.is_empty(), "nothing shows {unused:?}");
}

#[test]
fn quotation_marks_are_those_of_the_language() {
    for (key, text) in texts("de") {
        let wrong = !text.contains("```") && text.contains(['"', '\u{201d}', '\u{2019}']);
        assert!(!wrong, "{key}: {text}");
    }
}
