//! A forgotten password, as a browser without JavaScript sees it, with the dev inbox for mail.

use std::path::Path;

use server::config::{Environment, MailServer};
use sqlx::PgPool;
use tempfile::TempDir;

use crate::{
    people::{Browser, PASSWORD},
    support::{App, eventually, spawn_app, spawn_app_with},
};

pub const OTHER: &str = "seven herons borrow my ladder";

/// A site with a dev inbox of its own.
pub async fn with_inbox(pool: &PgPool) -> (App, TempDir) {
    let inbox = tempfile::tempdir().expect("a directory");
    let folder = inbox.path().to_owned();
    let app = spawn_app_with(pool.connect_options().as_ref().clone(), |config| {
        config.mail.server = MailServer::Folder(folder);
    })
    .await;
    (app, inbox)
}

/// The texts of the mails to an address, oldest first.
pub fn mails(inbox: &Path, to: &str) -> Vec<String> {
    let files = std::fs::read_dir(inbox).expect("an inbox");
    let mut names: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    names.sort();
    let kept = names.iter().map(|name| {
        let text = std::fs::read_to_string(name).expect("a mail");
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON")
    });
    kept.filter(|mail| mail["to"] == to)
        .map(|mail| mail["text"].as_str().expect("a text").to_owned())
        .collect()
}

/// Waits for a mail whose text has `sign`; gives the path and query of its link.
pub async fn link(inbox: &Path, to: &str, sign: &str) -> String {
    let find = || {
        mails(inbox, to)
            .into_iter()
            .rfind(|text| text.contains(sign))
    };
    eventually(sign, async || find().is_some()).await;
    let text = find().expect("a mail");
    let link = text.lines().find(|line| line.starts_with("http"));
    let (_, rest) = link
        .and_then(|link| link.split_once("://"))
        .expect("a link");
    rest[rest.find('/').expect("a path")..].to_owned()
}

fn token(link: &str) -> &str {
    link.split_once("token=").expect("a token").1
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_forgotten_password_is_replaced_by_the_link_in_the_inbox(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let visitor = Browser::new(&app);
    visitor.open("/login").await.shows("href=\"/forgot\"");
    let fields = [("email", "ada@example.com")];
    let asked = visitor
        .submit("/forgot", "/api/fn/auth/request_password_reset", &fields)
        .await;
    assert_eq!(asked.sends_to(), "/forgot?sent");
    visitor
        .open("/forgot?sent")
        .await
        .shows("If there is an account");
    let link = link(inbox.path(), "ada@example.com", "/reset?token=").await;

    let page = visitor.open(&link).await;
    page.shows("name=\"new_password\"").shows("noindex");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    // Refused once, with the link still at hand; then taken.
    let reset = async |password: &str| {
        let fields = [
            ("token", token(&link)),
            ("page", "/reset"),
            ("new_password", password),
        ];
        // A page without a Referer.
        visitor
            .submit_from_nowhere("/api/fn/auth/reset_password", &fields)
            .await
    };
    assert_eq!(reset("short").await.sends_to(), "/reset");
    visitor
        .open("/reset")
        .await
        .shows("at least 15 characters")
        .shows(token(&link));
    assert_eq!(reset(OTHER).await.sends_to(), "/login?changed");
    assert_eq!(ada.open("/chat").await.sends_to(), "/login?next=/chat");
    let fields = [("email", "ada@example.com"), ("password", OTHER)];
    let page = visitor
        .submit("/login", "/api/fn/auth/sign_in", &fields)
        .await;
    assert_eq!(page.sends_to(), "/chat");
    let used = visitor.open(&link).await;
    assert_eq!(used.status, 422);
    used.shows("does not work any more").hides("new_password");
    eventually("both are told by mail", async || {
        let mails = mails(inbox.path(), "ada@example.com");
        ["was changed", "have not seen before"]
            .iter()
            .all(|sign| mails.iter().any(|mail| mail.contains(sign)))
    })
    .await;
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_unknown_address_is_answered_in_the_same_words(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    Browser::signed_up(&app, "ada@example.com").await;
    let visitor = Browser::new(&app);
    let mut answers = Vec::new();
    for email in ["nobody@example.com", "ada@example.com"] {
        let fields = [("email", email)];
        let asked = visitor
            .call("/api/fn/auth/request_password_reset", &fields)
            .await;
        answers.push(asked);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 200);
    link(inbox.path(), "ada@example.com", "/reset?token=").await;
    assert!(mails(inbox.path(), "nobody@example.com").is_empty());
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn who_asks_for_too_many_is_told_to_wait(pool: PgPool) {
    let (app, _inbox) = with_inbox(&pool).await;
    let visitor = Browser::new(&app);
    let mut last = 0;
    for n in 0..21 {
        let email = format!("somebody{n}@example.com");
        let fields = [("email", email.as_str())];
        (last, _) = visitor
            .call("/api/fn/auth/request_password_reset", &fields)
            .await;
    }
    assert_eq!(last, 429);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_browser_that_is_known_is_not_told_of_again(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    for browser in [&ada, &Browser::new(&app), &ada] {
        let page = browser
            .submit("/login", "/api/fn/auth/sign_in", &fields)
            .await;
        assert_eq!(page.sends_to(), "/chat");
    }
    eventually("all mail is sent", async || {
        let waiting: i64 = sqlx::query_scalar("select count(*) from mails")
            .fetch_one(&pool)
            .await
            .expect("a count");
        waiting == 0
    })
    .await;
    let told = mails(inbox.path(), "ada@example.com");
    let told = told.iter().filter(|mail| mail.contains("have not seen"));
    assert_eq!(told.count(), 1);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_dev_inbox_is_there_in_development_only(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    let visitor = Browser::new(&app);
    visitor
        .open("/dev/inbox")
        .await
        .shows("There is no mail yet.");
    Browser::signed_up(&app, "ada@example.com").await;
    let fields = [("email", "ada@example.com")];
    visitor
        .call("/api/fn/auth/request_password_reset", &fields)
        .await;
    let link = link(inbox.path(), "ada@example.com", "/reset?token=").await;
    visitor.open("/dev/inbox").await.shows(&format!("{link}\""));
    app.stop().await;

    let folder = inbox.path().to_owned();
    let app = spawn_app_with(pool.connect_options().as_ref().clone(), |config| {
        config.environment = Environment::Production;
        config.mail.server = MailServer::Folder(folder);
    })
    .await;
    assert_eq!(Browser::new(&app).open("/dev/inbox").await.status, 404);
    app.stop().await;
    // Where mail is sent, neither.
    let app = spawn_app(&pool).await;
    assert_eq!(Browser::new(&app).open("/dev/inbox").await.status, 404);
    app.stop().await;
}
