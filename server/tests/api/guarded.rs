//! What guards every answer: its headers, and the policy of what is a page.

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Client, Method, Response, redirect::Policy};
use server::config::Environment;
use sha2::{Digest, Sha256};
use sqlx::PgPool;

use crate::{
    people::{Browser, Page},
    support::{App, BROWSER, spawn_app, spawn_app_with},
};

/// Of every kind of answer there is: pages, redirects, refusals, files, data, streams, probes.
const ROUTES: [(&str, &str); 23] = [
    ("GET", "/"),
    ("GET", "/login"),
    ("GET", "/signup"),
    ("GET", "/forgot"),
    ("GET", "/dev/inbox"),
    ("GET", "/chat"),
    ("GET", "/chat/not-an-id"),
    ("GET", "/settings"),
    ("GET", "/no-such-page"),
    ("HEAD", "/"),
    ("HEAD", "/login"),
    ("GET", "/pkg/site.css"),
    ("GET", "/pkg/missing.js"),
    ("GET", "/robots.txt"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/api/fn/chat/send"),
    ("POST", "/api/fn/chat/send"),
    ("POST", "/api/fn/no/such"),
    ("GET", "/chat/generations/none/events"),
    ("GET", "/api/csp-reports"),
    ("POST", "/api/csp-reports"),
    ("OPTIONS", "/"),
];

async fn ask(app: &App, (method, path): (&str, &str)) -> Response {
    let client = Client::builder().redirect(Policy::none()).build();
    let method: Method = method.parse().expect("a method");
    client
        .expect("a client")
        .request(method, app.url(path))
        .header("accept", BROWSER)
        .send()
        .await
        .expect("an answer")
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get("content-type");
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn policy_of(response: &Response) -> &str {
    let policy = &response.headers()["content-security-policy"];
    policy.to_str().expect("text")
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_answer_is_guarded_by_headers(pool: PgPool) {
    let app = spawn_app(&pool).await;
    for route in ROUTES {
        let response = ask(&app, route).await;
        let headers = response.headers();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("origin-agent-cluster", "?1"),
            ("x-dns-prefetch-control", "off"),
            ("x-permitted-cross-domain-policies", "none"),
        ] {
            assert_eq!(headers[name], value, "{route:?}");
        }
        let permissions = headers["permissions-policy"].to_str().expect("text");
        assert!(permissions.contains("camera=()"), "{route:?}");
        assert!(headers.contains_key("cache-control"), "{route:?}");
        // Somebody who reads plain HTTP may not be kept from it.
        assert!(
            !headers.contains_key("strict-transport-security"),
            "{route:?}"
        );
        assert_eq!(headers.get_all("content-security-policy").iter().count(), 1);
        let policy = policy_of(&response);
        assert!(
            policy.starts_with("default-src 'none'; "),
            "{route:?}: {policy}"
        );
        for directive in ["base-uri 'none'", "frame-ancestors 'none'", "form-action"] {
            assert!(policy.contains(directive), "{route:?}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline"), "{route:?}: {policy}");
        let allows = policy.contains("script-src");
        assert_eq!(allows, is_page(&response), "{route:?}: {policy}");
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn where_there_is_https_browsers_are_told_to_keep_to_it(pool: PgPool) {
    let database = pool.connect_options().as_ref().clone();
    let app = spawn_app_with(database, |config| {
        config.environment = Environment::Production;
    })
    .await;
    for route in ROUTES {
        let response = ask(&app, route).await;
        let value = &response.headers()["strict-transport-security"];
        assert_eq!(value, "max-age=63072000", "{route:?}");
    }
    app.stop().await;
}

/// The nonce in the policy, if scripts go by one; fails unless it is that of all scripts.
fn nonce_of(page: &Page) -> Option<String> {
    let policy = page.headers["content-security-policy"]
        .to_str()
        .expect("text");
    let nonce = policy
        .split_once("'nonce-")
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(nonce, _)| nonce.to_owned());
    for script in page.html.split("<script").skip(1) {
        let tag = script.split('>').next().expect("a tag");
        let wanted = format!("nonce=\"{}\"", nonce.as_deref().expect("a nonce"));
        assert!(tag.contains(&wanted), "{tag} under {policy}");
    }
    // Neither a style nor a handler could work.
    for inline in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
        page.hides(inline);
    }
    nonce
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_scripts_of_a_page_go_by_a_nonce_of_its_own(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.org").await;
    let sent = ada.say("Hello [[say: **hi** $x_1$]]").await;
    ada.answered(&sent.conversation, "complete").await;
    let conversation = format!("/chat/{}", sent.conversation);
    let mut nonces = Vec::new();
    for path in [
        "/chat",
        "/settings",
        &conversation,
        "/no-such-page",
        &conversation,
    ] {
        let page = ada.open(path).await;
        let policy = page.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(
            policy.contains("'strict-dynamic' 'wasm-unsafe-eval'"),
            "{policy}"
        );
        assert!(page.headers.contains_key("reporting-endpoints"), "{path}");
        nonces.push(nonce_of(&page).expect("a nonce"));
        // Nothing competes with what is to be seen.
        page.shows("\"modulepreload\"")
            .hides("<link rel=\"modulepreload\"");
    }
    for path in ["/login", "/signup", "/forgot"] {
        let page = Browser::new(&app).open(path).await;
        nonces.push(nonce_of(&page).expect("a nonce"));
        // What has no bundle needs no wasm, and says nothing of it.
        let policy = page.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(!policy.contains("wasm"), "{policy}");
        page.hides("wasm").hides("__RESOLVED_RESOURCES");
    }
    assert!(nonces.iter().all(|nonce| nonce.len() >= 22), "{nonces:?}");
    nonces.sort();
    let all = nonces.len();
    nonces.dedup();
    assert_eq!(nonces.len(), all);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_landing_page_has_no_script_and_needs_no_nonce(pool: PgPool) {
    let app = spawn_app(&pool).await;
    // Made, kept, and made for somebody with a cookie.
    let known = Browser::new(&app);
    known
        .submit("/login", "/api/fn/auth/sign_in", &[("email", "x")])
        .await;
    for browser in [Browser::new(&app), Browser::new(&app), known] {
        let page = browser.open("/").await;
        assert_eq!(nonce_of(&page), None);
        page.hides("<script").hides("nonce");
        assert!(page.html.ends_with("</html>"));
        let policy = page.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(policy.contains("script-src 'none'"), "{policy}");
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_page_that_stands_for_others_has_the_style_that_its_policy_allows(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let post = Client::new()
        .post(app.url("/api/fn/chat/send"))
        .header("accept", BROWSER)
        .header("sec-fetch-site", "cross-site");
    let response = post.send().await.expect("an answer");
    assert_eq!(response.status(), 403);
    let policy = policy_of(&response).to_owned();
    let page = response.text().await.expect("a page");
    let (_, rest) = page.split_once("<style>").expect("a style");
    let (style, _) = rest.split_once("</style>").expect("its end");
    let hash = BASE64_STANDARD.encode(Sha256::digest(style));
    assert!(
        policy.contains(&format!("style-src 'sha256-{hash}'")),
        "{policy}"
    );
    assert!(!policy.contains("script-src"), "{policy}");
    app.stop().await;
}
