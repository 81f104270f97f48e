//! Refusals that do not come from a page or a server function: the same plain sentence as a web
//! page for people and as JSON for the site's own scripts.

use app::{error::AppError, language};
use axum::{
    Json,
    body::Body,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::policy;

/// Server functions live under this path.
pub const SERVER_FUNCTIONS: &str = "/api/fn/";

/// Who asked, as far as the form of a refusal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// A browser that shows the answer as a page.
    Page,
    /// A plain form, posted without JavaScript.
    Form,
    /// A script or another program.
    Program,
}

impl Asker {
    /// Tells by path and Accept header, as Leptos does.
    pub fn of<B>(request: &Request<B>) -> Self {
        let function = request.uri().path().starts_with(SERVER_FUNCTIONS);
        match (function, accepts_html(request.headers())) {
            (true, true) => Self::Form,
            (false, true) => Self::Page,
            (_, false) => Self::Program,
        }
    }
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    })
}

/// Answers for a server function that does not exist (any more).
pub async fn unknown_function(request: Request<Body>) -> Response {
    let error = AppError::no_function();
    match Asker::of(&request) {
        Asker::Page => as_page(&error),
        // A form's refusal goes through `flash`.
        Asker::Form | Asker::Program => as_json(&error),
    }
}

/// The status that belongs to an error.
pub fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The error as `asker` can read it.
pub fn refuse(asker: Asker, error: &AppError) -> Response {
    match asker {
        Asker::Program => as_json(error),
        Asker::Page | Asker::Form => as_page(error),
    }
}

/// The error as server functions answer it.
pub fn as_json(error: &AppError) -> Response {
    let mut response = (status(error), Json(error)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The error as a page that needs nothing else: no style sheet, no database.
pub fn as_page(error: &AppError) -> Response {
    let status = status(error);
    let mut html = String::with_capacity(PAGE.len() + error.message.len());
    for (i, part) in PAGE.split("{{").enumerate() {
        match part.split_once("}}") {
            Some(("title", rest)) if i > 0 => {
                html.push_str(error.kind.heading());
                html.push_str(rest);
            }
            Some(("language", rest)) if i > 0 => {
                html.push_str(language::tag());
                html.push_str(rest);
            }
            Some(("way", rest)) if i > 0 => {
                html.push_str(AppError::way_out());
                html.push_str(rest);
            }
            Some(("message", rest)) if i > 0 => {
                html.push_str(&escape(&error.message));
                html.push_str(rest);
            }
            _ => html.push_str(part),
        }
    }
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy::REFUSAL.clone());
    response
}

/// The page, with its own style.
pub(super) const PAGE: &str = include_str!("refuse.html");

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use app::error::ErrorKind;

    use super::*;

    #[tokio::test]
    async fn a_page_shows_the_sentence_and_nothing_else_of_it() {
        let error = AppError::new(ErrorKind::Unavailable, "A <b>sentence</b> & {{title}}.");
        let response = as_page(&error);
        assert_eq!(response.status(), 503);
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a body");
        let html = String::from_utf8_lossy(&body);
        assert!(
            html.contains("A &lt;b&gt;sentence&lt;/b&gt; &amp; {{title}}."),
            "{html}"
        );
        assert!(html.contains("<title>Back in a moment"), "{html}");
    }

    #[test]
    fn forms_and_scripts_are_told_apart() {
        let asker = |path: &str, accept: &str| {
            let request = Request::builder()
                .uri(path)
                .header(header::ACCEPT, accept)
                .body(());
            Asker::of(&request.expect("a request"))
        };
        let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        assert_eq!(asker("/chat", browser), Asker::Page);
        assert_eq!(asker("/api/fn/chat/send", browser), Asker::Form);
        assert_eq!(
            asker("/api/fn/chat/send", "application/json"),
            Asker::Program
        );
    }
}
