//! The configuration, from outside: what is documented is what is read, and a wrong value stops
//! the start with one line.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use server::config::{Config, Env, Provider};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).expect("a file of the repository")
}

/// Variables of `.env.example`, set or commented out.
fn documented() -> BTreeSet<String> {
    let name = |line: &str| {
        let (name, _) = line.trim_start_matches("# ").split_once('=')?;
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        is_name.then(|| name.to_owned())
    };
    read(".env.example").lines().filter_map(name).collect()
}

fn config(variables: &[(&str, &str)]) -> Result<Config, String> {
    let mut all: BTreeMap<&str, &str> =
        BTreeMap::from([("DATABASE_URL", "postgres://localhost/parlance")]);
    all.extend(variables.iter().copied());
    Config::from_env(&Env::from_fn(|name| all.get(name).map(Into::into))).map_err(|e| e.to_string())
}

/// Runs the real binary, with these variables and no others of ours, away from any file.
fn run(variables: &[(&str, &str)]) -> Output {
    let empty = std::env::temp_dir().join(format!("parlance-config-{}", std::process::id()));
    std::fs::create_dir_all(&empty).expect("a directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(empty)
        .arg("migrate");
    command.output().expect("the binary runs")
}

#[test]
fn every_variable_that_is_read_is_documented_and_no_other() {
    let env = Env::from_fn(|name| {
        (name == "DATABASE_URL").then(|| "postgres://localhost/parlance".into())
    });
    Config::from_env(&env).expect("everything else has a default");
    let asked: BTreeSet<String> = env.asked().into_iter().map(str::to_owned).collect();
    assert_eq!(asked, documented());
}

#[test]
fn leptos_toml_says_what_cargo_toml_says() {
    let section = |file: &str| {
        let table: toml::Table = read(file).parse().expect("TOML");
        let sections = table["workspace"]["metadata"]["leptos"]
            .as_array()
            .expect("sections")
            .clone();
        sections
            .first()
            .and_then(toml::Value::as_table)
            .expect("a section")
            .clone()
    };
    let (cargo, leptos) = (section("Cargo.toml"), section("Leptos.toml"));
    for (key, value) in &leptos {
        assert_eq!(cargo.get(key), Some(value), "{key}");
    }
    for key in [
        "output-name",
        "site-root",
        "site-pkg-dir",
        "site-addr",
        "reload-port",
        "hash-files",
    ] {
        assert!(leptos.contains_key(key), "the running server needs {key}");
    }
}

/// Variables, the one that is wrong, and what must be said of it.
type Wrong<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

#[test]
fn a_wrong_value_stops_the_start_with_one_line_that_names_it() {
    let url = ("DATABASE_URL", "postgres://localhost/parlance");
    let table: [Wrong<'_>; 14] = [
        (&[], "DATABASE_URL", "make services"),
        (
            &[("PARLANCE_ENV", "production")],
            "DATABASE_URL",
            "it is not set",
        ),
        (
            &[("DATABASE_URL", "mysql://root:hunter2@localhost/x")],
            "DATABASE_URL",
            "postgres://user:password@host/db",
        ),
        (
            &[url, ("PARLANCE_ENV", "staging")],
            "PARLANCE_ENV",
            "development or production",
        ),
        (
            &[url, ("DATABASE_MAX_CONNECTIONS", "many")],
            "DATABASE_MAX_CONNECTIONS",
            "a whole number from 2 to 1000",
        ),
        (
            &[url, ("LEPTOS_SITE_ADDR", "localhost")],
            "LEPTOS_SITE_ADDR",
            "127.0.0.1:3000",
        ),
        (
            &[url, ("OPENAI_API_KEY", "sk-hunter2")],
            "OPENAI_MODELS",
            "it is not set",
        ),
        (
            &[url, ("OPENAI_API_KEY", "sk hunter2\u{e9}")],
            "OPENAI_API_KEY",
            "a key",
        ),
        (
            &[
                url,
                ("OPENAI_API_KEY", "k"),
                ("OPENAI_MODELS", "a,b@8000"),
                ("OPENAI_FALLBACK_MODEL", "c"),
            ],
            "OPENAI_FALLBACK_MODEL",
            "one of the models in OPENAI_MODELS",
        ),
        (
            &[url, ("MANAGEMENT_ADDR", "9464")],
            "MANAGEMENT_ADDR",
            "127.0.0.1:9464, or off",
        ),
        (
            &[url, ("KAFKA_BROKERS", "kafka://hunter2")],
            "KAFKA_BROKERS",
            "broker-1:9092,broker-2:9092",
        ),
        (
            &[url, ("KAFKA_SECURITY_PROTOCOL", "tls")],
            "KAFKA_SECURITY_PROTOCOL",
            "sasl_ssl",
        ),
        (
            &[
                url,
                ("KAFKA_SECURITY_PROTOCOL", "sasl_ssl"),
                ("KAFKA_PASSWORD", "hunter2"),
            ],
            "KAFKA_USERNAME",
            "it is not set",
        ),
        (
            &[url, ("KAFKA_CERTIFICATE_FILE", "us.pem")],
            "KAFKA_KEY_FILE",
            "KAFKA_CERTIFICATE_FILE",
        ),
    ];
    for (variables, name, wants) in table {
        let output = run(variables);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{variables:?}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.starts_with(&format!("{name}: wants ")) && said.contains(wants),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "{said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let config = config(&[("OPENAI_API_KEY", ""), ("SESSION_IDLE_DAYS", " ")]).expect("defaults");
    assert!(matches!(
        config.provider,
        Provider::Demo {
            tokens_per_second: 50
        }
    ));
    assert_eq!(config.session_idle.as_secs(), 14 * 86_400);
}

#[test]
fn a_fallback_is_one_of_the_models_by_its_id() {
    let config = config(&[
        ("OPENAI_API_KEY", "k"),
        ("OPENAI_MODELS", "a,b@8000"),
        ("OPENAI_FALLBACK_MODEL", "b"),
    ]);
    let Provider::OpenAi(provider) = config.expect("valid").provider else {
        panic!("a provider is configured");
    };
    assert_eq!(provider.fallback.as_deref(), Some("b"));
}

#[test]
fn metrics_are_served_to_the_machine_itself_in_production_and_nowhere_in_development() {
    let management = |variables: &[(&str, &str)]| {
        let config = config(variables).expect("valid");
        config.management.map(|addr| addr.to_string())
    };
    let production = ("PARLANCE_ENV", "production");
    assert_eq!(management(&[]), None);
    assert_eq!(management(&[production]).as_deref(), Some("127.0.0.1:9464"));
    assert_eq!(management(&[production, ("MANAGEMENT_ADDR", "off")]), None);
    let set = management(&[("MANAGEMENT_ADDR", "0.0.0.0:9000")]);
    assert_eq!(set.as_deref(), Some("0.0.0.0:9000"));
}

#[test]
fn no_secret_shows_when_the_configuration_is_printed() {
    let config = config(&[
        ("DATABASE_URL", "postgres://me:hunter2@localhost/parlance"),
        ("OPENAI_API_KEY", "sk-hunter2"),
        ("OPENAI_MODELS", "gpt-5.1"),
        ("KAFKA_BROKERS", "localhost:9092"),
        ("KAFKA_SECURITY_PROTOCOL", "sasl_ssl"),
        ("KAFKA_USERNAME", "me"),
        ("KAFKA_PASSWORD", "hunter2"),
    ]);
    let printed = format!("{:?}", config.expect("valid"));
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[test]
fn there_is_a_broker_only_when_one_is_named() {
    let none = config(&[("KAFKA_TOPIC_PREFIX", "shop")]).expect("valid");
    assert!(none.broker.is_none());
    assert_eq!(none.event_retention_days, 7);
    let config = config(&[
        ("KAFKA_BROKERS", "b-1:9092,b-2:9092"),
        ("KAFKA_SECURITY_PROTOCOL", "sasl_ssl"),
        ("KAFKA_USERNAME", "me"),
        ("KAFKA_PASSWORD", "hunter2"),
    ]);
    let broker = config.expect("valid").broker.expect("a broker");
    assert_eq!(
        (
            broker.prefix.as_str(),
            broker.partitions,
            broker.replication
        ),
        ("parlance", 6, -1)
    );
    let login = broker.security.login.expect("a login");
    assert_eq!(
        (login.mechanism, login.username.as_str()),
        ("SCRAM-SHA-256", "me")
    );
}

#[test]
fn a_session_cannot_idle_longer_than_it_lasts() {
    let error = config(&[("SESSION_IDLE_DAYS", "30"), ("SESSION_ABSOLUTE_DAYS", "7")])
        .expect_err("a contradiction");
    assert!(
        error.starts_with(
            "SESSION_ABSOLUTE_DAYS: wants at least as many days as SESSION_IDLE_DAYS (30)"
        ),
        "{error}"
    );
}

#[test]
fn a_collector_is_named_by_its_address_and_gets_its_headers() {
    use secrecy::ExposeSecret;

    assert!(config(&[]).expect("defaults").telemetry.otlp.is_none());
    let read = config(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otel.example:4318/"),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "authorization=Bearer%20a+b, x-team=a=b",
        ),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
    ]);
    let otlp = read.expect("right").telemetry.otlp.expect("a collector");
    assert_eq!(otlp.traces, "https://otel.example:4318/v1/traces");
    let headers: Vec<_> = otlp
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose_secret()))
        .collect();
    assert_eq!(
        headers,
        [("authorization", "Bearer a+b"), ("x-team", "a=b")]
    );
    assert_eq!(otlp.share, 0.25);
    assert!(!format!("{otlp:?}").contains("Bearer"));
    for (name, wrong) in [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a-secret-alone"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
        (
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
            "maybe",
        ),
    ] {
        let said = config(&[(name, wrong)]).expect_err("wrong");
        assert!(said.starts_with(name) && !said.contains(wrong), "{said}");
    }
}
