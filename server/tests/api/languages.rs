//! The language of each answer: the account's, else the cookie's, else the browser's, else English.

use reqwest::{Client, Response, redirect::Policy};
use sqlx::PgPool;

use crate::{
    people::Browser,
    support::{App, BROWSER, spawn_app},
};

async fn ask(app: &App, path: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().redirect(Policy::none()).build();
    let mut get = client.expect("a client").get(app.url(path));
    for (name, value) in [("accept", BROWSER)].iter().chain(headers) {
        get = get.header(*name, *value);
    }
    get.send().await.expect("an answer")
}

/// What the page says it is in, by its header and by its root.
async fn language(response: Response) -> String {
    let header = response.headers().get("content-language").cloned();
    let header = header
        .expect("a language")
        .to_str()
        .expect("text")
        .to_owned();
    let html = response.text().await.expect("a page");
    let root = html.split_once("<html lang=\"").expect("a root").1;
    assert!(root.starts_with(&format!("{header}\"")), "{header}: {html}");
    header
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_visitor_reads_what_the_browser_likes_best_of_what_there_is(pool: PgPool) {
    let app = spawn_app(&pool).await;
    for path in ["/", "/login", "/no/such/page"] {
        for (asked, expected) in [
            ("de", "de"),
            ("de-AT, en;q=0.8", "de"),
            ("en;q=0.2, de;q=0.9", "de"),
            ("fr, de;q=0.5, en;q=0.1", "de"),
            ("en-US, en;q=0.9, de;q=0.8", "en"),
            ("de;q=0, en;q=0.1", "en"),
            ("fr", "en"),
        ] {
            let page = ask(&app, path, &[("accept-language", asked)]).await;
            assert_eq!(language(page).await, expected, "{path}: {asked}");
        }
        assert_eq!(language(ask(&app, path, &[]).await).await, "en");
        let both = [("accept-language", "de"), ("cookie", "language=en")];
        assert_eq!(language(ask(&app, path, &both).await).await, "en");
    }
    app.stop().await;
}

/// It is kept for visitors: in each language its own.
#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_kept_landing_page_is_never_in_another_language(pool: PgPool) {
    let app = spawn_app(&pool).await;
    for _ in 0..2 {
        for (headers, expected) in [
            (&[][..], "en"),
            (&[("accept-language", "de")], "de"),
            (&[("accept-language", "en")], "en"),
            (&[("cookie", "language=de")], "de"),
            (
                &[("accept-language", "de"), ("accept-encoding", "gzip")],
                "de",
            ),
        ] {
            let page = ask(&app, "/", headers).await;
            let varies = page.headers().get_all("vary").iter();
            let varies: Vec<_> = varies.map(|v| v.to_str().expect("text")).collect();
            assert!(varies.contains(&"accept-language, cookie"), "{varies:?}");
            if page.headers().contains_key("content-encoding") {
                assert_eq!(page.headers()["content-language"], expected);
            } else {
                assert_eq!(language(page).await, expected, "{headers:?}");
            }
        }
    }
    let german = ask(&app, "/", &[("accept-language", "de")]).await;
    let html = german.text().await.expect("a page");
    for words in [
        "In Ruhe zu Ende denken",
        "Mein Sauerteigbrot",
        "Wer liest mit?",
        ">Kopieren<",
    ] {
        assert!(html.contains(words), "{words}");
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn refusals_are_in_the_language_too(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let client = Client::new();
    let refused = async |path: &str, accept: &str, site: &str| {
        let post = client
            .post(app.url(path))
            .header("accept", accept)
            .header("accept-language", "de")
            .header("sec-fetch-site", site)
            .form(&[("email", "nobody"), ("password", "x")]);
        let answer = post.send().await.expect("an answer");
        assert_eq!(answer.headers()["content-language"], "de");
        answer.text().await.expect("a text")
    };
    for (path, accept, site, words) in [
        (
            "/api/fn/auth/sign_in",
            "application/json",
            "same-origin",
            "Das ist keine E-Mail-Adresse.",
        ),
        (
            "/api/fn/auth/sign_in",
            BROWSER,
            "cross-site",
            "<html lang=\"de\">",
        ),
        (
            "/api/fn/auth/sign_in",
            BROWSER,
            "cross-site",
            "Zur Startseite",
        ),
        (
            "/api/fn/auth/sign_in",
            BROWSER,
            "cross-site",
            "kam von einer anderen Website",
        ),
        (
            "/api/fn/no/such",
            "application/json",
            "same-origin",
            "Das gibt es hier nicht.",
        ),
        (
            "/api/fn/users/change_theme",
            "application/json",
            "same-origin",
            "Die Anfrage war unvollständig",
        ),
    ] {
        let text = refused(path, accept, site).await;
        assert!(text.contains(words), "{words} is not in {text}");
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_visitor_chooses_by_a_form_and_stays_where_they_were(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let client = Client::builder().redirect(Policy::none()).build();
    let post = client
        .expect("a client")
        .post(app.url("/api/fn/language/choose"))
        .header("accept", BROWSER)
        .header("referer", app.url("/signup"))
        .form(&[("language", "de")]);
    let answer = post.send().await.expect("an answer");
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/signup");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    assert!(
        cookie.starts_with("language=de; Path=/; Max-Age="),
        "{cookie}"
    );
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_accounts_language_comes_first_on_every_device(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.org").await;
    let bob = Browser::signed_up(&app, "bob@example.org").await;
    let changed = ada
        .submit(
            "/settings",
            "/api/fn/users/change_language",
            &[("language", "de")],
        )
        .await;
    assert_eq!(changed.sends_to(), "/settings?saved=language");
    ada.open("/settings?saved=language")
        .await
        .shows("<html lang=\"de\"")
        .shows("Gespeichert: Das ist jetzt Ihre Sprache.");
    ada.open("/chat")
        .await
        .shows("<html lang=\"de\"")
        .shows("Womit kann ich helfen?");
    bob.open("/chat").await.shows("<html lang=\"en\"");
    let refused = ada
        .submit(
            "/settings",
            "/api/fn/users/change_language",
            &[("language", "xx")],
        )
        .await;
    ada.open(refused.sends_to())
        .await
        .shows("Wählen Sie eine der Sprachen dieser Website.");
    // By the browser again: no cookie of the site is left to stand above it.
    ada.submit(
        "/settings",
        "/api/fn/users/change_language",
        &[("language", "browser")],
    )
    .await;
    ada.open("/settings").await.shows("<html lang=\"en\"");
    let nobody = Browser::new(&app);
    let sent = nobody
        .submit(
            "/settings",
            "/api/fn/users/change_language",
            &[("language", "de")],
        )
        .await;
    assert_eq!(sent.status, 303);
    app.stop().await;
}
