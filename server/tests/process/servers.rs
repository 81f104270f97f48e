//! Processes of the site, and the provider.

use std::{
    net::SocketAddr,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use server::demo_model::{self, Options};
use sqlx::{ConnectOptions, PgPool};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

/// Until a process listens, on a busy machine.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Names another build of the program than the tests' own.
pub const PROGRAM: &str = "CHAOS_SERVER";

/// A bound of the release build, with more patience for the tests' own: that one takes many times
/// as long for everything, on a machine that may be busy.
pub fn patience(bound: Duration) -> Duration {
    match std::env::var(PROGRAM) {
        Ok(_) => bound,
        Err(_) => bound * 5,
    }
}

/// A management port that nobody else has.
pub const MANAGED: (&str, &str) = ("MANAGEMENT_ADDR", "127.0.0.1:0");

/// For `RUST_LOG`: warnings, and the address.
pub const QUIET: &str = "warn,server::commands=info";

/// A provider that obeys the directives of `server::demo_model`.
pub async fn provider() -> SocketAddr {
    server::adapters::install_tls();
    let options = Options {
        tokens_per_second: 50,
        first_token: Duration::ZERO,
        faults: true,
    };
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    demo_model::spawn(local, options)
        .await
        .expect("a free port")
        .0
}

/// What the provider has seen; see `server::demo_model::Traffic`.
pub async fn traffic(provider: SocketAddr, count: &str) -> u64 {
    let report = reqwest::get(format!("http://{provider}/v1/_requests")).await;
    let report: serde_json::Value = report.expect("an answer").json().await.expect("a report");
    report[count].as_u64().expect("a number")
}

/// The address of a test's database.
pub fn url_of(pool: &PgPool) -> String {
    pool.connect_options().to_url_lossy().to_string()
}

/// One process of the site; killed when dropped.
pub struct Server {
    pub addr: SocketAddr,
    child: Child,
    log: Arc<Mutex<String>>,
    _files: TempDir,
}

impl Server {
    /// Starts a process and waits until it listens.
    pub async fn start(database: &str, provider: SocketAddr, settings: &[(&str, &str)]) -> Self {
        let files = tempfile::tempdir().expect("a directory");
        let mut child = command(database, provider, files.path())
            .envs(settings.iter().copied())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (found, mut address) = mpsc::channel(1);
        let (out, err) = (child.stdout.take(), child.stderr.take());
        collect(out.expect("its output"), log.clone(), Some(found));
        collect(err.expect("its errors"), log.clone(), None);
        let addr = timeout(STARTS_WITHIN, address.recv()).await.ok().flatten();
        let addr = addr.unwrap_or_else(|| panic!("it does not listen: {}", text(&log)));
        Self {
            addr,
            child,
            log,
            _files: files,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Where its metrics are, of a process with a management port.
    pub fn metrics(&self) -> String {
        let log = self.log();
        let (_, rest) = log.split_once("metrics on ").expect("a management port");
        let url: String = rest.chars().take_while(|c| *c != '"').collect();
        url
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        text(&self.log)
    }

    /// SIGKILL; returns when it is gone.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it was there");
    }

    /// SIGTERM.
    pub async fn terminate(&self) {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(sent.expect("kill runs").success());
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        self.child.wait().await.expect("it ends")
    }

    /// Whether it says that it is ready.
    pub async fn is_ready(&self) -> bool {
        let answer = reqwest::get(self.url("/health/ready")).await;
        answer.is_ok_and(|answer| answer.status() == 200)
    }
}

fn command(database: &str, provider: SocketAddr, files: &std::path::Path) -> Command {
    let program = std::env::var(PROGRAM);
    let mut command = Command::new(program.as_deref().unwrap_or(env!("CARGO_BIN_EXE_server")));
    command
        .arg("serve")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("DATABASE_URL", database)
        .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
        .env("LEPTOS_SITE_ROOT", files)
        .env("LEPTOS_HASH_FILES", "false")
        .env("LOG_FORMAT", "json")
        .env("OPENAI_API_KEY", "a-key")
        .env("OPENAI_BASE_URL", format!("http://{provider}/v1"))
        .env("OPENAI_MODELS", "demo")
        .env("WELCOME_CREDIT", "0")
        .env("PARLANCE_ENV", "development")
        .env("SHUTDOWN_GRACE_SECONDS", "0")
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Keeps the log, and finds the address in it.
fn collect(
    from: impl AsyncRead + Unpin + Send + 'static,
    log: Arc<Mutex<String>>,
    found: Option<mpsc::Sender<SocketAddr>>,
) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let addr = line.split("listening on http://").nth(1).and_then(|rest| {
                let addr: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_digit() || ".:".contains(*c))
                    .collect();
                addr.parse().ok()
            });
            if let (Some(found), Some(addr)) = (&found, addr) {
                let _ = found.send(addr).await;
            }
            let mut log = log.lock().expect("no panic");
            log.push_str(&line);
            log.push('\n');
        }
    });
}

fn text(log: &Mutex<String>) -> String {
    log.lock().expect("no panic").clone()
}
