//! What is in `src/`. A heuristic: a literal that reads like words for people. What it finds by mistake goes
//! on the list, with what it is.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The same in every language, or for programs.
const ALLOWED: [&str; 4] = ["Parlance", "ClipboardItem", "Option::is_none", "Store"];

/// What the browser calls its keys, as it tells of them. Shown to people, they are words.
const KEYS: [&str; 12] = [
    "Mod",
    "Ctrl",
    "Meta",
    "Alt",
    "Shift",
    "Enter",
    "Escape",
    "Tab",
    "Backspace",
    "Delete",
    "ArrowUp",
    "ArrowDown",
];

/// All about keys.
const OF_KEYS: &str = "shortcuts/chord.rs";

/// The code without comments, tests and the style guide, which is for developers.
pub fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("inside").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.extension().is_some_and(|end| end == "rs")
                && !name.starts_with("pages/styleguide")
                && name != Path::new("pages/styleguide.rs")
            {
                let text = fs::read_to_string(&path).expect("a file");
                sources.push((name, code_of(&text)));
            }
        }
    }
    sources
}

fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The literals of a line, each with what stands before it.
fn literals(line: &str) -> Vec<(&str, &str)> {
    let mut literals = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('"') {
        let before = &rest[..start];
        let mut escaped = false;
        let end = rest[start + 1..].find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { break };
        literals.push((before, &rest[start + 1..start + 1 + end]));
        rest = &rest[start + end + 2..];
    }
    literals
}

/// A label or a sentence begins with a capital, or has several words; what stands between tags or in an
/// attribute that is read out has words at all.
fn reads_like_words(before: &str, literal: &str) -> bool {
    let mut chars = literal.trim_start().chars();
    let capital = chars.next().is_some_and(char::is_uppercase)
        && chars.next().is_some_and(char::is_lowercase);
    let words = literal
        .split(' ')
        .filter(|word| {
            word.len() > 1 && word.chars().all(|c| c.is_lowercase() || ",.:…".contains(c))
        })
        .count();
    let in_class = ["class=", "class:", "query_selector(", "closest("]
        .iter()
        .any(|name| before.ends_with(name));
    let is_selector = literal.contains('[');
    let is_chord = literal
        .split('+')
        .all(|key| key.chars().count() == 1 || KEYS.contains(&key));
    let shown = [
        "aria-label=",
        "title=",
        "placeholder=",
        "alt=",
        "label=",
        ">",
    ]
    .iter()
    .any(|name| before.ends_with(name));
    let letters = literal.chars().any(char::is_alphabetic);
    let shown = shown && letters && !before.ends_with("=>");
    shown || !is_chord && !is_selector && (capital || words > 2 && !in_class)
}

/// Said to developers: logs, and what must never happen.
fn is_for_developers(line: &str) -> bool {
    [
        "tracing::",
        "reason = ",
        "Internal::new(",
        "panic!(",
        ".expect(",
    ]
    .iter()
    .any(|sign| line.contains(sign))
}

#[test]
fn words_for_people_are_told_from_others() {
    for (before, literal) in [
        ("<button>", "save"),
        ("<icons::Bin/>", "Delete"),
        ("aria-label=", "more"),
        ("", "Saved: this is your theme now."),
        ("t.push_str(", " of so many characters"),
    ] {
        assert!(reads_like_words(before, literal), "{literal}");
    }
    for (before, literal) in [
        ("class=", "btn btn-primary wide notice"),
        ("", "Mod+Shift+O"),
        ("", "aria-label"),
        ("<q>{text}</q>", " · "),
    ] {
        assert!(!reads_like_words(before, literal), "{literal}");
    }
}

#[test]
fn no_words_for_people_are_in_the_code() {
    let mut found = Vec::new();
    for (name, text) in sources() {
        if name == Path::new(OF_KEYS) {
            continue;
        }
        for line in text.lines().filter(|line| !is_for_developers(line)) {
            for (before, literal) in literals(line) {
                if reads_like_words(before, literal) && !ALLOWED.contains(&literal) {
                    found.push(format!("{}: {literal:?}", name.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "words for people:\n{}", found.join("\n"));
}
