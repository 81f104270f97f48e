//! A database that is away, comes back, or is behind its migrations.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use app::error::{AppError, ErrorKind};
use kernel::MIGRATOR;
use serde_json::Value;
use sqlx::{ConnectOptions, PgPool, postgres::PgConnectOptions};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    process::Command,
    sync::watch,
    time::Instant,
};

use crate::{
    people::{Browser, fresh_id},
    support::{App, BROWSER, eventually, spawn_app_on},
};

/// A way to the database that can be closed.
struct Way {
    addr: SocketAddr,
    open: watch::Sender<bool>,
}

impl Way {
    async fn to(database: &PgConnectOptions) -> Self {
        let target = (database.get_host().to_owned(), database.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let way = Self {
            addr: listener.local_addr().expect("an address"),
            open: watch::Sender::new(true),
        };
        let open = way.open.subscribe();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (target, mut open) = (target.clone(), open.clone());
                tokio::spawn(async move {
                    if !*open.borrow_and_update() {
                        return;
                    }
                    let Ok(mut database) = TcpStream::connect(target).await else {
                        return;
                    };
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut database) => {}
                        _ = open.changed() => {}
                    }
                });
            }
        });
        way
    }

    fn options(&self, database: &PgConnectOptions) -> PgConnectOptions {
        database
            .clone()
            .host(&self.addr.ip().to_string())
            .port(self.addr.port())
    }
}

async fn get(app: &App, path: &str) -> (u16, String) {
    let get = reqwest::Client::new()
        .get(app.url(path))
        .header("accept", BROWSER)
        .send();
    let response = get.await.expect("an answer");
    (
        response.status().as_u16(),
        response.text().await.expect("a text"),
    )
}

async fn readiness(app: &App) -> (u16, Value) {
    let (status, body) = get(app, "/health/ready").await;
    (status, serde_json::from_str(&body).expect("JSON"))
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn while_the_database_is_away_people_are_told_at_once(pool: PgPool) {
    let database = pool.connect_options();
    let way = Way::to(&database).await;
    let app = spawn_app_on(way.options(&database), true).await;
    assert_eq!(get(&app, "/").await.0, 200);

    way.open.send_replace(false);
    let (status, ready) = readiness(&app).await;
    assert_eq!(
        (status, ready["reason"].as_str()),
        (503, Some("the database cannot be reached"))
    );
    assert_eq!(get(&app, "/health/live").await.0, 200);

    // A signed-in person's page, a page after that, and a server function.
    let begun = Instant::now();
    let cookie = "parlance=AAAAAAAAAAAAAAAAAAAAAA";
    let page = reqwest::Client::new()
        .get(app.url("/"))
        .header("accept", BROWSER)
        .header("cookie", cookie)
        .send();
    let page = page.await.expect("an answer");
    assert_eq!(page.status(), 503);
    assert!(
        page.text()
            .await
            .expect("a page")
            .contains("cannot reach its database")
    );
    assert_eq!(get(&app, "/").await.0, 503);
    let post = reqwest::Client::new()
        .post(app.url("/api/fn/chat/send"))
        .header("accept", "application/json")
        .send();
    let answer = post.await.expect("an answer");
    assert_eq!(answer.status(), 503);
    assert_eq!(
        answer.json::<AppError>().await.expect("our error").kind,
        ErrorKind::Unavailable
    );
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );

    way.open.send_replace(true);
    eventually("the site is back by itself", async || {
        get(&app, "/").await.0 == 200
    })
    .await;
    assert_eq!(readiness(&app).await.0, 200);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_was_typed_meanwhile_is_there_afterwards(pool: PgPool) {
    let database = pool.connect_options();
    let way = Way::to(&database).await;
    let app = spawn_app_on(way.options(&database), true).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    way.open.send_replace(false);
    let fields = [
        ("message_id", fresh_id()),
        ("body", "a long thought".to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        ada.submit("/chat", "/api/fn/chat/send", &fields)
            .await
            .sends_to(),
        "/chat"
    );
    let page = ada.open("/chat").await;
    assert_eq!(page.status, 503);
    page.shows("cannot reach its database");
    way.open.send_replace(true);
    eventually("the site is back", async || get(&app, "/").await.0 == 200).await;
    ada.open("/chat")
        .await
        .shows("a long thought")
        .shows("cannot reach its database");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_site_started_without_its_database_begins_when_it_is_there(pool: PgPool) {
    let database = pool.connect_options();
    let way = Way::to(&database).await;
    way.open.send_replace(false);
    let app = spawn_app_on(way.options(&database), true).await;
    assert_eq!(get(&app, "/").await.0, 503);
    way.open.send_replace(true);
    eventually("the site begins", async || get(&app, "/").await.0 == 200).await;
    eventually("models are offered", async || {
        sqlx::query_scalar::<_, i64>("select count(*) from models")
            .fetch_one(&pool)
            .await
            .is_ok_and(|n| n == 1)
    })
    .await;
    app.stop().await;
}

#[sqlx::test(migrations = false)]
async fn a_database_behind_its_migrations_is_said_plainly(pool: PgPool) {
    let app = spawn_app_on(pool.connect_options().as_ref().clone(), false).await;
    let (status, ready) = readiness(&app).await;
    assert_eq!(status, 503);
    let reason = ready["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("it has no migration") && reason.contains("server migrate"),
        "{reason}"
    );
    let (status, page) = get(&app, "/").await;
    assert_eq!(status, 503);
    assert!(page.contains("being brought up to date"), "{page}");

    MIGRATOR.run(&pool).await.expect("migrations");
    eventually("the site begins", async || get(&app, "/").await.0 == 200).await;
    app.stop().await;
}

#[sqlx::test(migrations = false)]
async fn two_processes_can_migrate_at_once(pool: PgPool) {
    let url = pool.connect_options().to_url_lossy().to_string();
    let migrate = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command
            .arg("migrate")
            .env("DATABASE_URL", &url)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command.output()
    };
    let (one, other) = tokio::join!(migrate(), migrate());
    for output in [one, other].map(|output| output.expect("the binary runs")) {
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
