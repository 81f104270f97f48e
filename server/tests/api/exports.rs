//! A person takes their data along.

use std::{
    io::{Cursor, Read},
    time::Duration,
};

use reqwest::header::HeaderMap;
use serde_json::Value;
use sqlx::PgPool;
use zip::ZipArchive;

use crate::{
    people::Browser,
    recovery::{mails, with_inbox},
    support::eventually,
};

type Zip = ZipArchive<Cursor<Vec<u8>>>;

async fn fetch(browser: &Browser, path: &str) -> (u16, HeaderMap, Vec<u8>) {
    let response = browser.fetch(path).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (
        status,
        headers,
        response.bytes().await.expect("a body").to_vec(),
    )
}

/// Asks for an export and waits for it; gives the path and query of its link.
async fn export(browser: &Browser) -> String {
    let asked = browser
        .submit("/settings/export", "/api/fn/exports/request", &[])
        .await;
    assert_eq!(asked.sends_to(), "/settings/export");
    eventually("the export", async || link(browser).await.is_some()).await;
    link(browser).await.expect("a link")
}

async fn link(browser: &Browser) -> Option<String> {
    let page = browser.open("/settings/export").await;
    let (_, rest) = page.html.split_once("href=\"/exports/")?;
    let (link, _) = rest.split_once('"')?;
    page.hides("http-equiv=\"refresh\"");
    Some(format!("/exports/{}", link.replace("&amp;", "&")))
}

fn names(zip: &Zip) -> Vec<String> {
    zip.file_names()
        .map(|name| name.expect("a name").into_owned())
        .collect()
}

fn text(zip: &mut Zip, end: &str) -> String {
    let name = names(zip).into_iter().find(|name| name.ends_with(end));
    let name = name.unwrap_or_else(|| panic!("no {end}"));
    let mut text = String::new();
    let mut file = zip.by_name(&name).expect("a file");
    file.read_to_string(&mut text).expect("a text");
    text
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_file_has_the_account_the_usage_and_every_conversation_twice(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let bob = Browser::signed_up(&app, "bob@example.com").await;
    let sent = ada
        .say("xylophagous \"quoted\" ü [[say: a *quokka*]]")
        .await;
    ada.answered(&sent.conversation, "complete").await;
    let theirs = bob.say("gallimaufry").await;
    bob.answered(&theirs.conversation, "complete").await;

    let link = export(&ada).await;
    let (status, headers, bytes) = fetch(&ada, &link).await;
    assert_eq!(status, 200);
    assert_eq!(headers["content-type"], "application/zip");
    assert_eq!(headers["content-length"], bytes.len().to_string());
    assert_eq!(headers["cache-control"], "private, no-store");
    let mut zip = Zip::new(Cursor::new(bytes)).expect("a ZIP file");
    assert_eq!(zip.len(), 4);
    let account: Value = serde_json::from_str(&text(&mut zip, "account.json")).expect("JSON");
    assert_eq!(account["email"], "ada@example.com");
    let usage: Value = serde_json::from_str(&text(&mut zip, "usage.json")).expect("JSON");
    assert_eq!(
        (&usage[0]["model"], &usage[0]["answers"]),
        (&"demo".into(), &1.into())
    );
    let json = text(&mut zip, &format!("{}.json", sent.conversation));
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["id"], sent.conversation);
    let messages = json["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 2);
    assert!(
        messages[0]["body"]
            .as_str()
            .expect("a body")
            .starts_with("xylophagous \"quoted\" ü")
    );
    assert_eq!(messages[1]["parent_id"], messages[0]["id"]);
    assert_eq!(messages[1]["model"], "demo");
    let markdown = text(&mut zip, &format!("{}.md", sent.conversation));
    assert!(
        markdown.contains("**user**") && markdown.contains("a *quokka*"),
        "{markdown}"
    );
    for name in names(&zip) {
        assert!(!text(&mut zip, &name).contains("gallimaufry"), "{name}");
    }
    eventually("a mail says so", async || {
        mails(inbox.path(), "ada@example.com")
            .iter()
            .any(|mail| mail.contains("/settings/export") && !mail.contains("signature"))
    })
    .await;
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_link_opens_for_its_person_only_and_only_as_it_was_signed(pool: PgPool) {
    let (app, _inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let bob = Browser::signed_up(&app, "bob@example.com").await;
    let link = export(&ada).await;
    assert_eq!(fetch(&ada, &link).await.0, 200);
    assert_eq!(fetch(&bob, &link).await.0, 404);
    assert_eq!(fetch(&Browser::new(&app), &link).await.0, 401);
    let (path, _) = link.split_once('?').expect("a query");
    let later = link.replace("expires=1", "expires=2");
    let cut = &link[..link.len() - 1];
    for other in [
        path,
        &later,
        cut,
        "/exports/nonsense",
        "/exports/nonsense?expires=x",
    ] {
        assert_eq!(fetch(&ada, other).await.0, 404, "{other}");
    }
    // Its time is over: neither the link nor the file is good for anything.
    sqlx::query("update exports set expires_at = now() - interval '1 second'")
        .execute(&pool)
        .await
        .expect("moved");
    assert_eq!(fetch(&ada, &link).await.0, 404);
    ada.open("/settings/export").await.shows("Prepare the file");
    sqlx::query("update jobs set due_at = now() where kind = 'site.tidy'")
        .execute(&pool)
        .await
        .expect("moved");
    eventually("the file is gone", async || {
        let parts: i64 = sqlx::query_scalar("select count(*) from export_parts")
            .fetch_one(&pool)
            .await
            .expect("a count");
        parts == 0
    })
    .await;
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn progress_shows_without_a_script_and_a_second_click_asks_for_nothing_more(pool: PgPool) {
    let (app, _inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    // Another process writes it, and is not done.
    sqlx::query(
        "insert into exports (id, user_id, requested_at, total, done)
         select gen_random_uuid(), id, now(), 1200, 300 from users",
    )
    .execute(&pool)
    .await
    .expect("an export");
    for _ in 0..2 {
        ada.submit("/settings/export", "/api/fn/exports/request", &[])
            .await;
    }
    let page = ada.open("/settings/export").await;
    page.shows("300 of 1,200 messages").shows("<progress");
    page.shows("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>");
    let exports: i64 = sqlx::query_scalar("select count(*) from exports")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(exports, 1);
    assert_eq!(
        Browser::new(&app).open("/settings/export").await.sends_to(),
        "/login?next=/settings/export"
    );
    let nobody = Browser::new(&app);
    assert_eq!(nobody.call("/api/fn/exports/request", &[]).await.0, 401);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn progress_is_told_live_until_the_file_is_there(pool: PgPool) {
    let (app, _inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    sqlx::query(
        "insert into exports (id, user_id, requested_at, total, done)
         select gen_random_uuid(), id, now(), 1200, 300 from users",
    )
    .execute(&pool)
    .await
    .expect("an export");
    let mut told = ada.fetch(EVENTS).await;
    assert_eq!(told.headers()["content-type"], "text/event-stream");
    expect(&mut told, r#"{"done":300,"total":1200}"#).await;
    sqlx::query("update exports set done = 900")
        .execute(&pool)
        .await
        .expect("updated");
    expect(&mut told, r#"{"done":900,"total":1200}"#).await;
    sqlx::query(
        "update exports set bytes = 5, finished_at = now(), expires_at = now() + interval '1 day'",
    )
    .execute(&pool)
    .await
    .expect("updated");
    expect(&mut told, "event: ready\ndata: {}").await;
    assert_eq!(told.chunk().await.expect("an end"), None);

    // To others it tells nothing of it.
    let bob = Browser::signed_up(&app, "bob@example.com").await;
    let mut told = bob.fetch(EVENTS).await;
    expect(&mut told, "event: ready\ndata: {}").await;
    assert_eq!(Browser::new(&app).fetch(EVENTS).await.status(), 401);
    app.stop().await;
}

const EVENTS: &str = "/settings/export/events";

/// Reads on until `needle` has come.
async fn expect(told: &mut reqwest::Response, needle: &str) {
    let mut text = String::new();
    while !text.contains(needle) {
        let chunk = tokio::time::timeout(Duration::from_secs(30), told.chunk()).await;
        let chunk = chunk.expect("in time").expect("a chunk").expect("more");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
}
