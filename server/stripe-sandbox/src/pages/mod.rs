//! The pages: plain forms, without JavaScript. Who knows a page's address may use it, as with Stripe's; other
//! sites' pages may not post to it.

pub mod checkout;
pub mod portal;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

use crate::error::ApiError;

const BANNER: &str = "Sandbox: no real money";

/// `GET /sandbox.css`
pub async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("../sandbox.css"),
    )
}

/// Refuses what another site's page has the browser send, and forbids scripts and frames.
pub async fn protect(request: Request, next: Next) -> Response {
    if request.method() == Method::POST
        && !request.uri().path().starts_with("/v1/")
        && !is_from_here(request.headers())
    {
        return (StatusCode::FORBIDDEN, "This form was sent by another site.").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // No `form-action`: after the form the browser is sent back to the site, and that counts.
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// By Fetch Metadata, else by the Origin header, as the site itself does.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text_of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text_of("sec-fetch-site"), text_of("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, None) => true,
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text_of("host")
        }
    }
}

fn button(action: &str, name: &str, first: bool) -> Markup {
    html! { form method="post" action=(action) { button.first[first] type="submit" { (name) } } }
}

fn dollars(cents: i64) -> String {
    format!("${}.{:02}", cents / 100, cents.abs() % 100)
}

fn page(title: &str, body: Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · " (BANNER) }
                link rel="stylesheet" href="/sandbox.css";
            }
            body { p.banner { (BANNER) } main { (body) } }
        }
    };
    Html(page.into_string()).into_response()
}

fn refused(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, page("Refused", html! { h1 { (error.message()) } })).into_response()
}
