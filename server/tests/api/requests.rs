//! What every request passes: ids, headers, origins, sizes, text.

use app::error::{AppError, ErrorKind};
use reqwest::Client;
use sqlx::PgPool;

use crate::support::{BROWSER, spawn_app};

const FUNCTION: &str = "/api/fn/chat/send";

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_answer_names_its_request(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let id_of = |sent: Option<&'static str>| {
        let get = Client::new().get(app.url("/"));
        let get = if let Some(id) = sent {
            get.header("x-request-id", id)
        } else {
            get
        };
        async {
            get.send().await.expect("an answer").headers()["x-request-id"]
                .to_str()
                .expect("text")
                .to_owned()
        }
    };
    assert_eq!(id_of(Some("from-the-proxy_1")).await, "from-the-proxy_1");
    assert_eq!(id_of(None).await.len(), 36);
    assert_eq!(id_of(Some("\"><script>")).await.len(), 36);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn pages_of_a_known_visitor_are_kept_nowhere(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let get = Client::new()
        .get(app.url("/"))
        .header("cookie", "parlance=something");
    let response = get.send().await.expect("an answer");
    assert_eq!(response.headers()["cache-control"], "private, no-store");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_another_site_posts_is_refused(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let post = |header: &'static str, value: &'static str| {
        Client::new()
            .post(app.url(FUNCTION))
            .header(header, value)
            .header("accept", "application/json")
            .send()
    };
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let response = post(header, value).await.expect("an answer");
        assert_eq!(response.status(), 403, "{header}: {value}");
        let error: AppError = response.json().await.expect("our error");
        assert_eq!(error.kind, ErrorKind::Forbidden);
    }
    let response = post("sec-fetch-site", "same-origin")
        .await
        .expect("an answer");
    assert_ne!(response.status(), 403);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn too_much_is_refused_in_plain_words(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let post = |accept: &'static str, body: reqwest::Body| {
        let post = Client::new()
            .post(app.url(FUNCTION))
            .header("accept", accept)
            .body(body);
        post.header("content-type", "application/x-www-form-urlencoded")
            .send()
    };
    let large = || vec![b'a'; 10 * 1024 * 1024];
    let response = post("application/json", large().into())
        .await
        .expect("an answer");
    assert_eq!(response.status(), 413);
    let error: AppError = response.json().await.expect("our error");
    assert_eq!(error.kind, ErrorKind::TooLarge);
    // Without a Content-Length, too.
    let chunks =
        futures::stream::iter((0..10).map(|_| Ok::<_, std::io::Error>(vec![b'a'; 1024 * 1024])));
    let response = post("application/json", reqwest::Body::wrap_stream(chunks))
        .await
        .expect("an answer");
    assert_eq!(response.status(), 413);
    let response = post(BROWSER, large().into()).await.expect("an answer");
    assert_eq!(response.status(), 413);
    let page = response.text().await.expect("a page");
    assert!(page.contains("more than 1 MB"), "{page}");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_not_utf_8_is_refused_in_plain_words(pool: PgPool) {
    let app = spawn_app(&pool).await;
    for body in [&b"body=\xff\xfe"[..], b"body=%FF%FE", b"body=%C3"] {
        let post = Client::new()
            .post(app.url(FUNCTION))
            .header("accept", "application/json")
            .body(body);
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        let response = post.send().await.expect("an answer");
        assert_eq!(response.status(), 400);
        let error: AppError = response.json().await.expect("our error");
        assert!(error.message.contains("not text"), "{}", error.message);
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_not_there_is_not_found(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let page = Client::new()
        .get(app.url("/no/such/page?x=<script>"))
        .header("accept", BROWSER)
        .send();
    let page = page.await.expect("an answer");
    assert_eq!(page.status(), 404);
    assert!(
        page.headers()["content-type"]
            .to_str()
            .expect("text")
            .starts_with("text/html")
    );
    let post = Client::new()
        .post(app.url("/api/fn/no/such"))
        .header("accept", "application/json")
        .send();
    let answer = post.await.expect("an answer");
    assert_eq!(answer.status(), 404);
    assert_eq!(
        answer.json::<AppError>().await.expect("our error").kind,
        ErrorKind::NotFound
    );
    app.stop().await;
}

/// The landing page is kept, in each encoding, for whoever comes without a cookie.
#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_landing_page_is_the_same_again_and_again(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let visit = async |encoding: Option<&str>, cookie: Option<&str>| {
        let mut get = Client::new().get(app.url("/"));
        if let Some(encoding) = encoding {
            get = get.header("accept-encoding", encoding);
        }
        if let Some(cookie) = cookie {
            get = get.header("cookie", cookie);
        }
        let response = get.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        (headers, response.bytes().await.expect("a body"))
    };
    for (asked, sent) in [
        (None, None),
        (Some("gzip"), Some("gzip")),
        (Some("gzip, br"), Some("br")),
    ] {
        let (first, again) = (visit(asked, None).await, visit(asked, None).await);
        assert_eq!(first.1, again.1, "{asked:?}");
        for headers in [&first.0, &again.0] {
            let encoding = headers.get("content-encoding");
            assert_eq!(
                encoding.map(|value| value.as_bytes()),
                sent.map(str::as_bytes)
            );
            assert_eq!(headers["vary"], "accept-encoding");
            assert_eq!(headers["content-type"], "text/html; charset=utf-8");
            assert_eq!(headers["cache-control"], "private, no-cache");
        }
        assert_ne!(first.0["x-request-id"], again.0["x-request-id"]);
    }
    // It depends on the cookie: here, by the theme.
    let (headers, dark) = visit(None, Some("theme=dark")).await;
    assert!(String::from_utf8_lossy(&dark).contains("data-theme=\"dark\""));
    assert_eq!(headers["cache-control"], "private, no-store");
    let (_, light) = visit(None, None).await;
    assert!(!String::from_utf8_lossy(&light).contains("data-theme=\"dark\""));
    app.stop().await;
}
