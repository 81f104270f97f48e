//! Pages without a bundle, bare of what Leptos 0.8 puts behind every page for it: two scripts that
//! hand resources over to islands.

use app::Scripts;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Far more than such a page has, in bytes.
const ENOUGH: usize = 1024 * 1024;
/// Behind it there is nothing to show.
const END: &[u8] = b"</html>";

/// The middleware; goes right above the pages.
pub async fn strip(request: Request, next: Next) -> Response {
    let bare = Scripts::of(request.uri().path()) != Scripts::Bundle;
    let response = next.run(request).await;
    if !(bare && is_page(&response)) {
        return response;
    }
    let (parts, body) = response.into_parts();
    // It was rendered to its end before the first byte came.
    match to_bytes(body, ENOUGH).await {
        Ok(page) => Response::from_parts(parts, Body::from(without_tail(page))),
        Err(error) => {
            tracing::error!(%error, "a page without a bundle is too large");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn without_tail(mut page: Bytes) -> Bytes {
    // What a page shows has its "<" escaped, so the last one is the document's.
    if let Some(at) = page.windows(END.len()).rposition(|part| part == END) {
        page.truncate(at + END.len());
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_its_document_ends() {
        let page = |text: &'static str| without_tail(Bytes::from_static(text.as_bytes()));
        assert_eq!(page("<p></p></html><script>1</script>"), "<p></p></html>");
        assert_eq!(page("<p>"), "<p>");
        assert_eq!(page(""), "");
    }
}
