//! The processes that are measured: the server, and the paced upstream. Each ends when dropped.

use std::{fs::File, net::SocketAddr, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, bail, ensure};
use hyper::StatusCode;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use crate::{
    client::{Connection, get},
    options::Options,
};

/// The wait before the upstream's first token: short enough for many questions a window, and far
/// above what is measured.
pub const FIRST_TOKEN: Duration = Duration::from_millis(250);
/// How fast the upstream writes.
pub const TOKENS_PER_SECOND: usize = 50;

const PATIENCE: Duration = Duration::from_secs(30);

/// A process that listens.
pub struct Running {
    child: Child,
    /// Where.
    pub addr: SocketAddr,
    /// Its process id.
    pub pid: u32,
}

impl Running {
    fn begin(mut command: Command, addr: SocketAddr, log: &Path) -> anyhow::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        let child = command
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let pid = child.id().context("it has ended already")?;
        Ok(Self { child, addr, pid })
    }

    /// Waits until a path is answered with 200.
    async fn ready(&mut self, path: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                bail!("the process ended: {status}; its log says why");
            }
            let answered = async { Connection::open(self.addr).await?.size(get(path)).await };
            if let Ok(Ok((StatusCode::OK, _))) = timeout(Duration::from_secs(2), answered).await {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("{path} was not answered within {PATIENCE:?}")
    }

    /// Ends the process and waits for that.
    pub async fn end(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// Starts the demo model, which waits that long before it begins to answer.
pub async fn start_upstream(options: &Options, first_token: Duration) -> anyhow::Result<Running> {
    let addr = free_address().await?;
    let mut command = Command::new(&options.upstream);
    command
        .arg("demo-model")
        .args(["--addr", &addr.to_string(), "--faults"])
        .args(["--tokens-per-second", &TOKENS_PER_SECOND.to_string()])
        .args(["--first-token-ms", &first_token.as_millis().to_string()]);
    let mut upstream = Running::begin(command, addr, &options.out.join("upstream.log"))?;
    upstream.ready("/v1/models").await.context("the upstream")?;
    Ok(upstream)
}

/// Starts the server as in production, with more settings, on some cores only when they are named.
pub async fn start_server(
    options: &Options,
    upstream: SocketAddr,
    cores: Option<&str>,
    settings: &[(&str, &str)],
) -> anyhow::Result<Running> {
    let addr = free_address().await?;
    let mut command = match cores {
        Some(cores) => {
            let mut command = Command::new("taskset");
            command.args(["--cpu-list", cores]).arg(&options.server);
            command
        }
        None => Command::new(&options.server),
    };
    configure(&mut command, options, upstream).arg("serve");
    command
        .env("LEPTOS_SITE_ADDR", addr.to_string())
        .envs(settings.iter().copied());
    let mut server = Running::begin(command, addr, &options.out.join("server.log"))?;
    server.ready("/health/ready").await.context("the server")?;
    Ok(server)
}

/// Brings the scratch database's schema up to date.
pub async fn migrate(options: &Options, upstream: SocketAddr) -> anyhow::Result<()> {
    let mut command = Command::new(&options.server);
    let done = configure(&mut command, options, upstream)
        .arg("migrate")
        .output()
        .await?;
    ensure!(
        done.status.success(),
        "migrating: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(())
}

/// As in production; DATABASE_URL is in the environment already.
fn configure<'a>(
    command: &'a mut Command,
    options: &Options,
    upstream: SocketAddr,
) -> &'a mut Command {
    command
        .env("PARLANCE_ENV", "production")
        .env("MANAGEMENT_ADDR", "127.0.0.1:0")
        .env("LEPTOS_SITE_ROOT", &options.site)
        .env("OPENAI_BASE_URL", format!("http://{upstream}/v1"))
        .env("OPENAI_API_KEY", "demo")
        .env("OPENAI_MODELS", "demo")
        // An answer that stands still is part of the measurement of idle readers.
        .env("PROVIDER_IDLE_TIMEOUT_SECONDS", "3600")
}

/// An address that nobody listens on.
pub async fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    Ok(listener.local_addr()?)
}
