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

/// The variables of a text, `{name}`.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
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

/// The uses of a text in the code, each as the names of the variables that it is given; `None` where that
/// happens apart.
fn uses<'a>(code: &'a str, key: &str) -> Vec<Option<BTreeSet<&'a str>>> {
    code.match_indices(key)
        .filter_map(|(at, _)| {
            let (before, rest) = (&code[..at], &code[at + key.len()..]);
            match (before.ends_with("t!("), rest.chars().next()?) {
                (true, ')') => Some(Some(BTreeSet::new())),
                (true, ',') => Some(Some(names_of(&rest[1..]))),
                _ if before.ends_with(',') && rest.starts_with(')') => Some(None),
                _ => None,
            }
        })
        .collect()
}

/// `name, other = value)`: the names, up to the bracket that closes the macro.
fn names_of(arguments: &str) -> BTreeSet<&str> {
    let (mut names, mut depth, mut start) = (BTreeSet::new(), 0, 0);
    for (at, c) in arguments.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ',' | ')' if depth == 0 => {
                let argument = &arguments[start..at];
                names.extend(argument.split('=').next().filter(|name| !name.is_empty()));
                start = at + 1;
                if c == ')' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

#[test]
fn every_text_is_used_and_given_its_variables() {
    let code: String = code::sources()
        .into_iter()
        .flat_map(|(_, text)| text.chars().collect::<Vec<_>>())
        .filter(|c| !c.is_whitespace())
        .collect();
    for (key, text) in texts("en") {
        let uses = uses(&code, &key);
        assert!(!uses.is_empty(), "nothing shows {key}");
        for given in uses.into_iter().flatten() {
            assert_eq!(given, variables(&text), "what {key} is given");
        }
    }
}

#[test]
fn quotation_marks_are_those_of_the_language() {
    for (key, text) in texts("de") {
        let wrong = !text.contains("```") && text.contains(['"', '\u{201d}', '\u{2019}']);
        assert!(!wrong, "{key}: {text}");
    }
}
