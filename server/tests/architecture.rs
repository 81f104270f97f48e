//! The dependency rule, from what cargo itself knows (see specification/architecture.md).

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// Which of our crates each domain may name. Nothing else, in no kind of dependency.
const ARROWS: [(&str, &[&str]); 6] = [
    ("kernel", &[]),
    ("users", &["kernel"]),
    ("auth", &["kernel", "users"]),
    ("payments", &["kernel"]),
    ("chat", &["kernel", "payments"]),
    // It reads what the others have, through their queries, and tells by mail that it is done.
    ("exports", &["auth", "chat", "kernel", "users"]),
];

/// Frameworks and transports: the domains know nothing of them.
const OUTSIDE: [&str; 14] = [
    "async-openai",
    "async-stripe",
    "axum",
    "axum-login",
    "http",
    "hyper",
    "leptos",
    "leptos_axum",
    "lettre",
    "rdkafka",
    "reqwest",
    "tower",
    "tower-http",
    "tower-sessions",
];

fn metadata(arguments: &[&str]) -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
    command.other_options(
        [&["--offline", "--locked"], arguments]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
    );
    command.exec().expect("cargo describes the workspace")
}

fn domains(metadata: &Metadata) -> Vec<&Package> {
    let inside = |package: &&Package| package.manifest_path.as_str().contains("/server/domain/");
    metadata
        .workspace_packages()
        .into_iter()
        .filter(inside)
        .collect()
}

fn ours(metadata: &Metadata) -> BTreeSet<String> {
    metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect()
}

/// The names of all direct dependencies, of every kind and for every target.
fn named(package: &Package) -> BTreeSet<String> {
    package
        .dependencies
        .iter()
        .map(|dependency| dependency.name.clone())
        .collect()
}

#[test]
fn domains_name_each_other_one_way_only() {
    let metadata = metadata(&["--no-deps"]);
    let ours = ours(&metadata);
    let allowed: BTreeMap<&str, BTreeSet<String>> = ARROWS
        .iter()
        .map(|(domain, arrows)| (*domain, arrows.iter().map(ToString::to_string).collect()))
        .collect();
    for domain in domains(&metadata) {
        let name = domain.name.as_str();
        let allowed = allowed
            .get(name)
            .unwrap_or_else(|| panic!("add the arrows of {name} to this test"));
        let arrows: BTreeSet<String> = named(domain).intersection(&ours).cloned().collect();
        assert!(
            arrows.is_subset(allowed),
            "{name} names {arrows:?}, but may only name {allowed:?}"
        );
    }
}

#[test]
fn domains_know_no_framework_and_no_transport() {
    let metadata = metadata(&["--no-deps"]);
    for domain in domains(&metadata) {
        let outside: Vec<_> = named(domain)
            .into_iter()
            .filter(|name| OUTSIDE.contains(&name.as_str()))
            .collect();
        assert!(outside.is_empty(), "{} names {outside:?}", domain.name);
    }
}

#[test]
fn what_goes_wrong_in_every_crate_that_serves_is_traced() {
    let mut ours = ours(&metadata(&["--no-deps"]));
    for apart in ["bench", "frontend"] {
        assert!(ours.remove(apart), "{apart}");
    }
    let ours: BTreeSet<String> = ours.iter().map(|name| name.replace('-', "_")).collect();
    let traced = server::telemetry::OURS.map(str::to_owned).into();
    assert!(ours.is_subset(&traced), "{ours:?} are not all traced");
}

#[test]
fn the_pages_and_the_bundle_name_no_crate_above_them() {
    let metadata = metadata(&["--no-deps"]);
    let find = |name: &str| {
        metadata
            .packages
            .iter()
            .find(|p| p.name.as_str() == name)
            .expect("a crate of ours")
    };
    assert!(!named(find("app")).contains("server"));
    let frontend: BTreeSet<_> = named(find("frontend"))
        .intersection(&ours(&metadata))
        .cloned()
        .collect();
    assert_eq!(frontend, BTreeSet::from(["app".to_owned()]));
}

#[test]
fn the_browsers_bundle_holds_no_database_and_no_provider() {
    // Only cargo knows which features the bundle is built with.
    let mut tree = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    tree.args([
        "tree",
        "--offline",
        "--locked",
        "--package",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    tree.args([
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let output = tree
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let bundled: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(
        bundled.contains("leptos"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for unwanted in [
        "sqlx",
        "sqlx-postgres",
        "tokio",
        "async-openai",
        "reqwest",
        "axum",
        "comrak",
        "argon2",
        "rdkafka",
        "rustix",
        "schemars",
        "syntect",
    ] {
        assert!(
            !bundled.contains(unwanted),
            "{unwanted} would be sent to browsers"
        );
    }
}
