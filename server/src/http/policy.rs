//! The Content-Security-Policy (W3C, CSP Level 3): what a browser may load, run and send here, should
//! anything hostile ever get past the sanitiser. Everything is forbidden but what this file allows.
//! Why it is what it is: specification/adr/0022-content-security-policy.md.

use std::sync::LazyLock;

use app::{Scripts, reloads_itself, state::AppState};
use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use base64::{Engine, prelude::BASE64_STANDARD};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;
use sha2::{Digest, Sha256};

/// Where browsers report what a policy forbade: see [`super::reports`].
pub const REPORTS: &str = "/api/csp-reports";

/// What is not a page: data, files, streams, redirects.
pub const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Pages, scripts apart. Pictures are ours only (`data:` for those within the style sheet): what an
/// answer names must not be fetched for being shown.
const PAGE: &str = "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
form-action 'self'; style-src 'self'; img-src 'self' data:; manifest-src 'self'";

/// Where this page's reports go (W3C, Reporting API); older browsers go by `report-uri`.
const ENDPOINTS: (HeaderName, HeaderValue) = (
    HeaderName::from_static("reporting-endpoints"),
    HeaderValue::from_static("csp=\"/api/csp-reports\""),
);

/// Gives the page that is being rendered its policy. Its scripts go by the nonce that Leptos made
/// for this request.
pub fn of_page() {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    let nonce = use_nonce();
    let mut policy = page(Scripts::of_request(), nonce.as_deref(), reloads_itself());
    let selling = use_context::<AppState>().and_then(|state| state.selling);
    if let Some(selling) = selling.filter(|_| is_billing()) {
        // Browsers hold redirects after a form to this, too.
        let pays = format!("form-action 'self' {}", selling.pages);
        policy = policy.replace("form-action 'self'", &pays);
    }
    // What it is made of is ASCII.
    let policy = HeaderValue::try_from(policy).unwrap_or(NO_PAGE);
    response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    response.insert_header(ENDPOINTS.0, ENDPOINTS.1);
}

/// The one page whose forms lead to the payment provider.
fn is_billing() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.uri.path() == "/billing")
}

fn page(scripts: Scripts, nonce: Option<&str>, reloads_itself: bool) -> String {
    let scripts = match (scripts, nonce) {
        (_, None) => "script-src 'none'".to_owned(),
        // A script for reloading stands in every page then.
        (Scripts::None, Some(_)) if !reloads_itself => "script-src 'none'".to_owned(),
        (Scripts::None | Scripts::Inline, Some(nonce)) => {
            format!("script-src 'nonce-{nonce}' 'strict-dynamic'")
        }
        (Scripts::Bundle, Some(nonce)) => {
            format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'")
        }
    };
    let connect = match reloads_itself {
        // A web socket on another port.
        true => "connect-src 'self' ws:",
        false => "connect-src 'self'",
    };
    format!("{PAGE}; {connect}; {scripts}; report-uri {REPORTS}; report-to csp")
}

/// For a page that is complete in itself: no scripts, and only the styles that stand in it.
pub fn complete_page(style: &str) -> HeaderValue {
    let hash = BASE64_STANDARD.encode(Sha256::digest(style));
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-{hash}'"
    );
    HeaderValue::try_from(policy).unwrap_or(NO_PAGE)
}

/// The policy of the page in `refuse.html`.
pub static REFUSAL: LazyLock<HeaderValue> = LazyLock::new(|| {
    let between = |(_, rest): (&'static str, &'static str)| rest.split_once("</style>");
    let style = super::refuse::PAGE.split_once("<style>").and_then(between);
    complete_page(style.map_or("", |(style, _)| style))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_allows_the_scripts_that_it_has_and_no_others() {
        let scripts = |scripts, watched| {
            let policy = page(scripts, Some("abc"), watched);
            let scripts = policy.split("; ").find(|d| d.starts_with("script-src"));
            scripts.expect("a directive").to_owned()
        };
        assert_eq!(scripts(Scripts::None, false), "script-src 'none'");
        assert_eq!(
            scripts(Scripts::Inline, false),
            "script-src 'nonce-abc' 'strict-dynamic'"
        );
        assert_eq!(
            scripts(Scripts::Bundle, false),
            "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'"
        );
        assert_eq!(
            scripts(Scripts::None, true),
            "script-src 'nonce-abc' 'strict-dynamic'"
        );
    }

    #[test]
    fn no_policy_allows_what_is_inline_or_evaluated() {
        for all in [Scripts::None, Scripts::Inline, Scripts::Bundle] {
            let policy = page(all, Some("abc"), false);
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            for word in ["'unsafe-inline'", "'unsafe-eval'", "http", "*", "ws:"] {
                assert!(!policy.contains(word), "{word} in {policy}");
            }
        }
    }

    /// From the specification: `echo -n 'alert('Hello, world.');' | openssl dgst -sha256 -binary`.
    #[test]
    fn a_style_is_allowed_by_its_hash() {
        let policy = complete_page("alert('Hello, world.');");
        let policy = policy.to_str().expect("text");
        assert!(
            policy.ends_with("style-src 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"),
            "{policy}"
        );
    }
}
