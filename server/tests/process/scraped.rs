//! A real Prometheus reads a running process, and knows every metric that a rule or a dashboard of
//! `k8s/observability` uses.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use sqlx::PgPool;
use tokio::process::{Child, Command};

use crate::{
    alone,
    people::Person,
    servers::{MANAGED, Server, provider, url_of},
    stored,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Prometheus, reading one process every half second.
struct Prometheus {
    url: String,
    _child: Child,
    _dir: tempfile::TempDir,
}

/// The folder of the programs, as `scripts/setup.sh test` leaves them.
async fn programs() -> PathBuf {
    let script = "source scripts/env.sh && source scripts/lib/prometheus.sh && prometheus_bin";
    let output = Command::new("bash")
        .args(["-c", script])
        .current_dir(ROOT)
        .output()
        .await
        .expect("bash runs");
    assert!(output.status.success(), "run scripts/setup.sh test first");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

impl Prometheus {
    async fn reading(target: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let address = target.strip_prefix("http://").expect("an address");
        let address = address.trim_end_matches("/metrics");
        let config = format!(
            "global: {{ scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s }}\n\
             scrape_configs: [{{ job_name: parlance, static_configs: [{{ targets: ['{address}'] }}] }}]\n"
        );
        let file = dir.path().join("prometheus.yml");
        std::fs::write(&file, config).expect("a file");
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let addr = free.local_addr().expect("an address");
        drop(free);
        let child = Command::new(programs().await.join("prometheus"))
            .arg(format!("--config.file={}", file.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                dir.path().join("data").display()
            ))
            .arg(format!("--web.listen-address={addr}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Prometheus starts");
        Self {
            url: format!("http://{addr}"),
            _child: child,
            _dir: dir,
        }
    }

    async fn ask(&self, path: &str) -> Option<Value> {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.ok()?;
        answer.json().await.ok()
    }

    /// The names of all metrics, once it has read the process after `done`.
    async fn names(&self) -> BTreeSet<String> {
        let read = async || {
            let up = self
                .ask("/api/v1/query?query=parlance_tokens_total")
                .await?;
            let found = up["data"]["result"].as_array()?;
            (!found.is_empty()).then_some(())
        };
        let patience = async {
            while read().await.is_none() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), patience)
            .await
            .expect("Prometheus reads the process");
        let names = self
            .ask("/api/v1/label/__name__/values")
            .await
            .expect("names");
        let names = names["data"].as_array().expect("a list").iter();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// The metrics, not recorded by a rule, that files below this folder use.
fn used(folder: &str, ending: &str) -> BTreeSet<String> {
    let folder = Path::new(ROOT).join("k8s/observability").join(folder);
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(&folder).expect("a folder") {
        let path = file.expect("a file").path();
        assert!(path.to_string_lossy().ends_with(ending), "{path:?}");
        let text = std::fs::read_to_string(path).expect("a text");
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c)));
        let metrics = words.filter(|word| {
            ["parlance_", "gen_ai_client_", "process_"]
                .iter()
                .any(|start| word.starts_with(start))
        });
        names.extend(metrics.map(str::to_owned));
    }
    names
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn prometheus_knows_every_metric_that_a_rule_or_a_dashboard_uses(pool: PgPool) {
    let _alone = alone().await;
    let settings = [
        MANAGED,
        ("OPENAI_MODELS", "demo,large"),
        ("OPENAI_FALLBACK_MODEL", "large"),
        // Nobody needs credit for what costs nothing, and it is counted.
        ("MODEL_PRICES", "demo=0/0/0,large=0/0/0"),
    ];
    let server = Server::start(&url_of(&pool), provider().await, &settings).await;
    // Everything that is counted happens once: what was never counted is not told.
    let ada = Person::new(&pool).await;
    for body in [
        "[[tokens: 20]]",
        "[[fault: status=401 model=demo]] [[tokens: 5]]",
        "[[fault: status=500 times=1]] [[tokens: 5]]",
    ] {
        let sent = ada.say(&server, body).await;
        stored::ended(&pool, &sent, Duration::from_secs(20)).await;
    }
    let report = r#"{"csp-report": {"effective-directive": "img-src", "blocked-uri": "inline"}}"#;
    let reported = reqwest::Client::new()
        .post(server.url("/api/csp-reports"))
        .header("content-type", "application/csp-report")
        .body(report);
    assert!(
        reported
            .send()
            .await
            .expect("an answer")
            .status()
            .is_success()
    );
    let prometheus = Prometheus::reading(&server.metrics()).await;
    let known = prometheus.names().await;

    let mut used: BTreeSet<_> = used("rules", ".yaml");
    used.extend(self::used("dashboards", ".json"));
    assert!(used.len() > 20, "{used:?}");
    let missing: Vec<_> = used.difference(&known).collect();
    assert!(missing.is_empty(), "unknown to Prometheus: {missing:?}");
}
