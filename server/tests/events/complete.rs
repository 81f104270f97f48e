//! No event is left out.

use std::{collections::BTreeSet, fs, path::Path};

use crate::files::root;

/// The types that a source file names in quotes.
fn named(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).expect("a source file");
    text.split('"')
        .filter(|part| server::events::domain(part).is_some())
        .filter(|part| {
            part.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b))
        })
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn every_event_of_every_domain_is_in_the_list_of_its_domain() {
    let mut written = BTreeSet::new();
    for domain in fs::read_dir(root().join("server/domain")).expect("domains") {
        let file = domain
            .expect("a domain")
            .path()
            .join("src/server_side/events.rs");
        if file.is_file() {
            written.extend(named(&file));
        }
    }
    let listed: BTreeSet<_> = server::events::all().map(|e| e.kind.to_owned()).collect();
    assert_eq!(written, listed);
}

#[test]
fn the_document_for_people_has_every_event() {
    let text = fs::read_to_string(root().join("specification/events/README.md")).expect("a page");
    for event in server::events::all() {
        assert!(text.contains(event.kind), "{} is not described", event.kind);
    }
}
