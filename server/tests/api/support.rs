//! What the tests of the API share.

use std::{net::SocketAddr, path::Path, time::Duration};

use auth::{Hasher, HashingOptions};
use server::{
    adapters::install_tls,
    config::{Config, Env, MailServer, OfferedModel, OpenAi, Prices, Provider},
    demo_model::{self, Options},
    startup,
};
use sqlx::{PgPool, postgres::PgConnectOptions};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What a browser says it takes when a person follows a link or submits a form.
pub const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A running server.
pub struct App {
    pub addr: SocketAddr,
    /// The provider's server.
    pub provider: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
    /// The site's files: those of app/assets, and `pkg/site.css`.
    _files: TempDir,
}

/// A server on this database, its schema brought up to date first.
pub async fn spawn_app(pool: &PgPool) -> App {
    spawn_app_on(pool.connect_options().as_ref().clone(), true).await
}

/// A server on the database that these options reach.
pub async fn spawn_app_on(database: PgConnectOptions, migrate: bool) -> App {
    spawn_app_with(database, |config| {
        config.database.migrate_on_start = migrate
    })
    .await
}

/// A server on the database that these options reach, configured otherwise.
pub async fn spawn_app_with(database: PgConnectOptions, adjust: impl FnOnce(&mut Config)) -> App {
    install_tls();
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let options = Options {
        tokens_per_second: 2_000,
        first_token: Duration::ZERO,
        faults: true,
    };
    let (provider, _) = demo_model::spawn(local, options)
        .await
        .expect("a free port");
    let files = files();
    let mut config = config(provider);
    config.database.options = database;
    config.database.migrate_on_start = true;
    config.site.site_addr = local;
    config.site.site_root = files.path().to_string_lossy().as_ref().into();
    config.site.hash_files = false;
    adjust(&mut config);
    let hasher = Hasher::new(HashingOptions::weak()).expect("a hasher");
    let site = startup::start(config, hasher)
        .await
        .expect("the site starts");
    let addr = site.addr().expect("an address");
    let stop = CancellationToken::new();
    let server = tokio::spawn(site.serve(stop.clone().cancelled_owned(), std::future::pending()));
    App {
        addr,
        provider,
        stop,
        server,
        _files: files,
    }
}

fn config(provider: SocketAddr) -> Config {
    let env =
        Env::from_fn(|name| (name == "DATABASE_URL").then(|| "postgres://localhost/unused".into()));
    let mut config = Config::from_env(&env).expect("defaults");
    config.provider = Provider::OpenAi(OpenAi {
        api_key: "a-key".into(),
        base_url: format!("http://{provider}/v1"),
        models: vec![OfferedModel {
            provider_id: "demo".into(),
            context_window: 8_000,
        }],
        fallback: None,
    });
    // Nobody is given or charged anything but by the test.
    config.prices = Prices::default();
    config.provider_idle_timeout = Duration::from_secs(1);
    // Who wants to see mail says where.
    config.mail.server = MailServer::None;
    config.shutdown_grace = Duration::ZERO;
    config
}

fn files() -> TempDir {
    let files = tempfile::tempdir().expect("a directory");
    write(
        files.path(),
        "pkg/site.css",
        &"body { color: black }\n".repeat(100),
    );
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/assets");
    for asset in std::fs::read_dir(assets).expect("assets") {
        let asset = asset.expect("an asset");
        std::fs::copy(asset.path(), files.path().join(asset.file_name())).expect("a copy");
    }
    files
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    std::fs::write(path, text).expect("a file");
}

impl App {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Stops the server in order; the database can then be dropped.
    pub async fn stop(self) {
        self.stop.cancel();
        self.server.await.expect("no panic");
    }
}

/// Tries until it is so; a wait without end is a failure.
pub async fn eventually<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let patience = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(30), patience)
            .await
            .is_ok(),
        "waited in vain: {what}"
    );
}
