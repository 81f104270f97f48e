//! The dependency rule, from what cargo itself knows (see specification/architecture.md).

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, TargetKind};

/// Which of our crates each domain may name. Nothing else, in no kind of dependency.
const ARROWS: [(&str, &[&str]); 4] = [
    ("kernel", &[]),
    ("users", &["kernel"]),
    ("auth", &["kernel", "users"]),
    ("chat", &["kernel"]),
];

/// Frameworks and transports: the domains know nothing of them.
const OUTSIDE: [&str; 14] = [
    "async-openai", "async-stripe", "axum", "axum-login", "http", "hyper", "leptos", "leptos_axum", "lettre",
    "rdkafka", "reqwest", "tower", "tower-http", "tower-sessions",
];

fn metadata(arguments: &[&str]) -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
    command.other_options([&["--offline", "--locked"], arguments].concat().iter().map(ToString::to_string).collect::<Vec<_>>());
    command.exec().expect("cargo describes the workspace")
}

fn domains(metadata: &Metadata) -> Vec<&Package> {
    let inside = |package: &&Package| package.manifest_path.as_str().contains("/server/domain/");
    metadata.workspace_packages().into_iter().filter(inside).collect()
}

fn ours(metadata: &Metadata) -> BTreeSet<String> {
    metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect()
}

/// The names of all direct dependencies, of every kind and for every target.
fn named(package: &Package) -> BTreeSet<String> {
    package.dependencies.iter().map(|dependency| dependency.name.clone()).collect()
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
        let allowed = allowed.get(name).unwrap_or_else(|| panic!("add the arrows of {name} to this test"));
        let arrows: BTreeSet<String> = named(domain).intersection(&ours).cloned().collect();
        assert!(arrows.is_subset(allowed), "{name} names {arrows:?}, but may only name {allowed:?}");
    }
}

#[test]
fn domains_know_no_framework_and_no_transport() {
    let metadata = metadata(&["--no-deps"]);
    for domain in domains(&metadata) {
        let outside: Vec<_> = named(domain).into_iter().filter(|name| OUTSIDE.contains(&name.as_str())).collect();
        assert!(outside.is_empty(), "{} names {outside:?}", domain.name);
    }
}

#[test]
fn the_pages_and_the_bundle_name_no_crate_above_them() {
    let metadata = metadata(&["--no-deps"]);
    let find = |name: &str| metadata.packages.iter().find(|p| p.name.as_str() == name).expect("a crate of ours");
    assert!(!named(find("app")).contains("server"));
    let frontend: BTreeSet<_> = named(find("frontend")).intersection(&ours(&metadata)).cloned().collect();
    assert_eq!(frontend, BTreeSet::from(["app".to_owned()]));
}

#[test]
fn the_browsers_bundle_holds_no_database_and_no_provider() {
    let metadata = metadata(&["--filter-platform", "wasm32-unknown-unknown"]);
    let frontend = metadata.packages.iter().find(|p| p.name.as_str() == "frontend").expect("the bundle");
    let bundled = reachable(&metadata, frontend);
    assert!(bundled.contains("leptos"), "the walk reaches what is bundled");
    for unwanted in ["sqlx", "sqlx-postgres", "tokio", "async-openai", "reqwest", "axum", "comrak", "argon2", "syntect"] {
        assert!(!bundled.contains(unwanted), "{unwanted} would be sent to browsers");
    }
}

/// The crates that a crate is built from, with the features that its own manifest asks for.
/// Cargo's graph unifies features over the workspace, so optional dependencies of our crates
/// count only where `hydrate` switches them on.
fn reachable(metadata: &Metadata, from: &Package) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let packages: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let (mut seen, mut names, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![&from.id]);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let (Some(node), Some(package)) = (nodes.get(id), packages.get(id)) else { continue };
        names.insert(package.name.to_string());
        // Procedural macros run in the compiler, with whatever they are built from.
        if package.targets.iter().any(|target| target.kind.contains(&TargetKind::ProcMacro)) {
            continue;
        }
        let own = metadata.workspace_members.contains(id);
        for dependency in &node.deps {
            let normal = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            let left_out = own && package.dependencies.iter().any(|d| {
                d.optional && packages.get(&dependency.pkg).is_some_and(|p| p.name.as_str() == d.name)
            });
            if normal && !left_out {
                open.push(&dependency.pkg);
            }
        }
    }
    names
}
