//! The site's files.

use leptos::config::Env;
use serde_json::Value;
use sqlx::PgPool;

use crate::support::{App, spawn_app, spawn_app_with};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn files_are_compressed_for_whoever_takes_it(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let get = |encoding: &'static str| {
        reqwest::Client::new()
            .get(app.url("/pkg/site.css"))
            .header("accept-encoding", encoding)
            .send()
    };
    for (accepted, sent) in [
        ("br, gzip", Some("br")),
        ("gzip", Some("gzip")),
        ("identity", None),
    ] {
        let response = get(accepted).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/css");
        let encoding = response
            .headers()
            .get("content-encoding")
            .and_then(|value| value.to_str().ok());
        assert_eq!(encoding, sent);
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn files_beside_the_bundle_are_served_and_none_outside(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let status = |path: &'static str| async {
        reqwest::get(app.url(path))
            .await
            .expect("an answer")
            .status()
    };
    assert_eq!(status("/robots.txt").await, 200);
    for path in [
        "/pkg/missing.js",
        "/pkg/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%00",
        "/pkg/%ff",
    ] {
        assert_eq!(status(path).await, 404, "{path}");
    }
    app.stop().await;
}

async fn is_kept_for_a_day(app: &App, path: &str, kind: &str) {
    let file = reqwest::get(app.url(path)).await.expect("an answer");
    assert_eq!(file.status(), 200, "{path}");
    assert_eq!(file.headers()["content-type"], kind, "{path}");
    assert_eq!(
        file.headers()["cache-control"],
        "public, max-age=86400",
        "{path}"
    );
    assert!(!file.headers().contains_key("set-cookie"), "{path}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_installed_site_finds_its_manifest_and_its_icons(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let page = reqwest::get(app.url("/")).await.expect("an answer");
    let page = page.text().await.expect("a page");
    for link in [
        r#"<link rel="manifest" href="/manifest.webmanifest""#,
        r#"<link rel="apple-touch-icon" href="/apple-touch-icon.png""#,
        r#"<link rel="icon" href="/favicon.svg""#,
    ] {
        assert!(page.contains(link), "{link} is missing from {page}");
    }
    is_kept_for_a_day(&app, "/manifest.webmanifest", "application/manifest+json").await;
    is_kept_for_a_day(&app, "/apple-touch-icon.png", "image/png").await;
    is_kept_for_a_day(&app, "/favicon.svg", "image/svg+xml").await;

    let manifest = reqwest::get(app.url("/manifest.webmanifest")).await;
    let manifest = manifest.expect("an answer").bytes().await.expect("a body");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!(manifest["display"], "standalone");
    assert_eq!(manifest["start_url"], "/chat");
    let icons = manifest["icons"].as_array().expect("icons");
    // What browsers ask for before they offer to install a site.
    for (size, purpose) in [
        ("192x192", None),
        ("512x512", None),
        ("512x512", Some("maskable")),
    ] {
        let is_it = |icon: &&Value| icon["sizes"] == size && icon["purpose"].as_str() == purpose;
        assert!(icons.iter().any(|icon| is_it(&icon)), "{size} {purpose:?}");
    }
    for icon in icons {
        let text = |name: &str| icon[name].as_str().expect("a text");
        is_kept_for_a_day(&app, text("src"), text("type")).await;
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_style_guide_is_for_development_only(pool: PgPool) {
    for (env, expected) in [(Env::DEV, 200), (Env::PROD, 404)] {
        let options = pool.connect_options().as_ref().clone();
        let app = spawn_app_with(options, |config| config.site.env = env).await;
        let guide = reqwest::get(app.url("/dev/styleguide")).await;
        assert_eq!(guide.expect("an answer").status(), expected);
        app.stop().await;
    }
}
