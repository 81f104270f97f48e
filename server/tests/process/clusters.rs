//! Postgres servers of a test's own, that can be restarted, demoted and promoted.

use std::{os::unix::fs::MetadataExt, process::Stdio};

use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A server and its data; both end with it.
pub struct Cluster {
    pub port: u16,
    /// Where its data is.
    dir: String,
    /// The folder of Postgres' programs.
    bin: String,
}

/// The command, as whoever may run Postgres, which root may not.
fn owned(program: &str, arguments: &[&str]) -> std::process::Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0);
    let mut command = if root {
        let mut command = std::process::Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        command
    } else {
        std::process::Command::new(program)
    };
    command
        .args(arguments)
        .current_dir("/")
        .stdin(Stdio::null());
    command
}

/// Runs it; tells what it prints.
async fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::from(owned(program, arguments)).output().await;
    let output = output.expect("it runs");
    let (said, failed) = (
        String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {said} {failed}"
    );
    said
}

async fn programs() -> String {
    let script = "source scripts/env.sh && source scripts/lib/postgres-bin.sh && postgres_bin";
    let output = Command::new("bash")
        .args(["-c", script])
        .current_dir(ROOT)
        .output()
        .await
        .expect("bash runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address").port()
}

impl Cluster {
    /// A new server, with the site's schema in its database `postgres`.
    pub async fn start() -> Self {
        let cluster = Self::empty().await;
        let data = cluster.data();
        let initdb = format!("{}/initdb", cluster.bin);
        let auth = [
            "--auth",
            "trust",
            "--username",
            "parlance",
            "--encoding",
            "UTF8",
        ];
        run(
            &initdb,
            &[&["--pgdata", &data, "--no-sync"][..], &auth].concat(),
        )
        .await;
        cluster
            .control(&["start", "-w", "-o", &cluster.options()])
            .await;
        let pool = cluster.pool();
        kernel::MIGRATOR.run(&pool).await.expect("migrations");
        pool.close().await;
        cluster
    }

    /// A standby that every commit of this server waits for.
    pub async fn standby(&self) -> Self {
        let standby = Self::empty().await;
        let (data, port) = (standby.data(), self.port.to_string());
        let copy = format!("{}/pg_basebackup", self.bin);
        let from = [
            "--host",
            "127.0.0.1",
            "--port",
            &port,
            "--username",
            "parlance",
        ];
        let how = [
            "--pgdata",
            &data,
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
        ];
        run(&copy, &[&from[..], &how].concat()).await;
        standby
            .control(&["start", "-w", "-o", &standby.options()])
            .await;
        self.set("synchronous_standby_names", "*").await;
        standby
    }

    async fn empty() -> Self {
        Self {
            port: free_port(),
            dir: run("mktemp", &["-d", "/var/tmp/parlance-test-XXXXXX"]).await,
            bin: programs().await,
        }
    }

    fn data(&self) -> String {
        format!("{}/data", self.dir)
    }

    fn options(&self) -> String {
        format!(
            "-c port={} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off",
            self.port
        )
    }

    /// `pg_ctl`.
    async fn control(&self, arguments: &[&str]) {
        let (program, data) = (format!("{}/pg_ctl", self.bin), self.data());
        let log = format!("{}/log", self.dir);
        let always = ["--pgdata", &data, "--log", &log, "--silent"];
        run(&program, &[arguments, &always].concat()).await;
    }

    /// The way it is done for a new configuration: connections are cut at once.
    pub async fn restart(&self) {
        self.control(&["restart", "-w", "-m", "fast", "-o", &self.options()])
            .await;
    }

    /// From now on it takes writes.
    pub async fn promote(&self) {
        self.control(&["promote", "-w"]).await;
    }

    /// Changes a setting of the running server.
    pub async fn set(&self, setting: &str, value: &str) {
        let pool = self.pool();
        for statement in [
            format!("alter system set {setting} = '{value}'"),
            "select pg_reload_conf()".to_owned(),
        ] {
            sqlx::query(&statement)
                .execute(&pool)
                .await
                .expect("it is set");
        }
        pool.close().await;
    }

    /// A way to it that the site does not use.
    pub fn pool(&self) -> PgPool {
        let lazy = PgPoolOptions::new()
            .max_connections(3)
            .connect_lazy(&self.url());
        lazy.expect("a URL")
    }

    pub fn url(&self) -> String {
        format!("postgres://parlance@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let (program, data) = (format!("{}/pg_ctl", self.bin), self.data());
        let stop = [
            "stop",
            "-w",
            "-m",
            "immediate",
            "--silent",
            "--pgdata",
            &data,
        ];
        // One that was never started is none to be stopped.
        let _ = owned(&program, &stop).stderr(Stdio::null()).status();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
